#include "model/seq2seq_model.h"

#include "model/layers/linear.h"

namespace dragoman {

void Seq2SeqModel::join(DecoderState&, const DecoderState&) const {
  throw std::logic_error("this model does not join searches");
}

void prepare_for_inference(Seq2SeqModel& model, WeightType type) {
  model.eval();
  model.set_weight_type(type);
  for (const auto& module : model.modules()) {
    if (auto* linear = module->as<LinearImpl>()) linear->pack(type);
  }
}

}  // namespace dragoman
