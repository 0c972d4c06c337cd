// Examples of the anomalies that other families than registers and versions find.
#pragma once

#include "checker/evidence/test/anomaly_examples.h"

namespace quorate {

AnomalyExample told_example(Anomaly anomaly);

}  // namespace quorate
