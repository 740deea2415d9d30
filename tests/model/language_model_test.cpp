#include "model/transformer/language_model.h"

#include "tests/model/every_model.h"

#include <gtest/gtest.h>
#include <string>

namespace dragoman {
namespace {

TEST_P(EveryModel, ALanguageModelIsTheSameWhateverTheSource) {
  if (reads_source(config())) GTEST_SKIP() << "it translates";
  const auto model = model_of(config());
  const torch::Tensor states = model->decode({}, model->encode({}, kSource, kLengths), kTarget);
  EXPECT_TRUE(states.equal(model->decode({}, model->encode({}, kSource + 7, kLengths - 1), kTarget)));
  for (const auto& item : model->named_parameters())
    EXPECT_EQ(item.key().find("encoder"), std::string::npos) << item.key();
}

}  // namespace
}  // namespace dragoman
