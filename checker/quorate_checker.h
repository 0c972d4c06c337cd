// The one header of the library QuorateChecker: reads a history, judges it, and explains.
#pragma once

#include "checker/checker.h"
#include "results/history_json.h"
