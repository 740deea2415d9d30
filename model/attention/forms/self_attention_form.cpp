#include "model/attention/forms/self_attention_form.h"

#include <array>

namespace dragoman {

// Each is defined in a file of its own.
MakeSelfAttention make_softmax_self_attention, make_local_self_attention, make_strided_self_attention,
    make_linear_self_attention, make_average_self_attention, make_ssru;

void SelfAttentionState::join(const SelfAttentionState&) {
  throw std::logic_error("this self-attention does not join searches");
}

void SelfAttentionState::keep(std::span<const std::int64_t>) {
  throw std::logic_error("this self-attention does not join searches");
}

std::span<const SelfAttentionForm> self_attention_forms() {
  static constexpr std::array kForms = {
      SelfAttentionForm{
          {"softmax", "every position sees every other (Vaswani et al. 2017)", make_softmax_self_attention},
          true,
          true},
      SelfAttentionForm{
          {"local", "a window of positions on each side (Beltagy et al. 2020)", make_local_self_attention}, true, true},
      SelfAttentionForm{{"strided", "layers in turn see a window and every n-th position (Child et al. 2019)",
                         make_strided_self_attention},
                        true,
                        true},
      SelfAttentionForm{
          {"linear", "a kernel instead of the softmax (Katharopoulos et al. 2020)", make_linear_self_attention},
          true,
          false},
      SelfAttentionForm{{"average", "decoder only: the gated mean of what came before (Zhang et al. 2018)",
                         make_average_self_attention},
                        false,
                        false},
      SelfAttentionForm{
          {"ssru", "decoder only: a simplified recurrent unit (Kim et al. 2019)", make_ssru}, false, false},
  };
  return kForms;
}

std::shared_ptr<SelfAttentionBase> make_self_attention(const ModelConfig& config, RandomSites& sites,
                                                       const AttentionSite& site) {
  const bool encoder = site.kind == AttentionSite::Kind::encoder_self;
  const std::string& name = encoder ? config.encoder_self_attention : config.decoder_self_attention;
  return form_named(self_attention_forms(), name).make(config, sites, site);
}

}  // namespace dragoman
