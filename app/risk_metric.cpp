#include "app/risk_metric.h"

#include "metrics/bleu.h"
#include "metrics/chrf.h"
#include "metrics/ter.h"

#include <stdexcept>

namespace dragoman {

std::unique_ptr<Metric> make_metric(RiskMetric metric, bool of_sentences) {
  BleuOptions bleu;
  bleu.effective_order = of_sentences;
  switch (metric) {
    case RiskMetric::none:
      return nullptr;
    case RiskMetric::chrf:
      return std::make_unique<Chrf>();
    case RiskMetric::bleu:
      return std::make_unique<Bleu>(bleu);
    case RiskMetric::ter:
      return std::make_unique<Ter>();
  }
  throw std::invalid_argument("unknown metric");
}

}  // namespace dragoman
