#pragma once

#include "decoding/engine/translator.h"
#include "model/architecture.h"
#include "tests/decoding/copier.h"
#include "tests/decoding/sample_sentences.h"
#include "tests/model/devices.h"

#include <ATen/ATen.h>

#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace dragoman {

inline std::vector<std::string> best_texts(const std::vector<Translation>& translations) {
  std::vector<std::string> texts;
  for (const Translation& translation : translations) texts.push_back(translation.outputs.at(0).text);
  return texts;
}

/// Of a small Transformer with random weights, which has clear preferences.
inline Translator transformer_translator(const TranslatorOptions& options, torch::Device device = torch::kCPU,
                                         int threads = 1) {
  static std::map<std::string, std::shared_ptr<Seq2SeqModel>> models;
  std::shared_ptr<Seq2SeqModel>& model = models[device.str()];
  if (!model) {
    auto made = create_model(small_config(), 11);
    const at::NoGradGuard no_grad;
    for (at::Tensor& parameter : made->parameters()) {
      if (parameter.dim() > 1) parameter.mul_(2.0);
    }
    made->to(device);
    prepare_for_inference(*made);
    model = made;
  }
  return {engine_of(model, small_config(), threads), options};
}

inline void expect_same(const std::vector<Translation>& a, const std::vector<Translation>& b, const std::string& what) {
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(a[i].outputs.size(), b[i].outputs.size());
    for (std::size_t n = 0; n < a[i].outputs.size(); ++n) {
      EXPECT_EQ(a[i].outputs[n].text, b[i].outputs[n].text) << what << ", line " << i;
      EXPECT_NEAR(a[i].outputs[n].score, b[i].outputs[n].score, 1e-5) << what << ", line " << i;
    }
  }
}

}  // namespace dragoman
