// The one header of the library QuorateChecker: reads histories, judges them, and explains.
//
//   read_history_file(path)     a history: JSON lines, Jepsen's EDN, Jepsen's text logs
//   HistoryBuilder              or event by event, out of your own program
//   checker_for(question)       the checker of a property of a kind of object
//   checker->check(...)         the verdict, with evidence: words, indices and edges
//   to_svg(history, violation)  a picture of it
//   OnlineChecker               a register judged while its log is still being written
//   measure_staleness_in_full   how stale reads were, and what PBS predicts
//   white_box                   whether the versions in replies tell the same story
//
// Nothing here opens a socket or starts an event loop. docs/library.md has an example.
#pragma once

#include "checker/checker.h"
#include "checker/checker_for.h"
#include "checker/evidence/picture.h"
#include "checker/general/general_checker.h"
#include "checker/objects/objects.h"
#include "checker/online/online_checker.h"
#include "checker/registers/register_checks.h"
#include "checker/replicas/replicas.h"
#include "checker/sessions/sessions.h"
#include "checker/staleness/report.h"
#include "checker/versions/version_checker.h"
#include "results/history_file.h"
