#pragma once

#include "app/translation_options.h"
#include "metrics/metric.h"

#include <memory>

namespace dragoman {

/// The metric with its usual options, for single sentences or for a whole text; null for none.
std::unique_ptr<Metric> make_metric(RiskMetric metric, bool of_sentences);

}  // namespace dragoman
