#include "model/attention/positions/position_scheme.h"

namespace dragoman {

std::unique_ptr<PositionScheme> make_no_positions(torch::nn::Module&, const ModelConfig&, const PositionPlace&) {
  return nullptr;
}

}  // namespace dragoman
