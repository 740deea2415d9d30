#include "tests/structure/include_rules.h"

#include <gmock/gmock.h>
#include <stdexcept>

namespace dragoman {
namespace {

TEST(IncludeRules, HoldInThisRepository) {
  EXPECT_THAT(broken_include_rules(DRAGOMAN_SOURCE), testing::IsEmpty());
}

TEST(IncludeRules, AreSeenToBeBrokenInTheFixture) {
  EXPECT_THAT(broken_include_rules(DRAGOMAN_STRUCTURE_FIXTURE),
              testing::ElementsAre("app/broken.cpp:2: SentencePiece may not be used in app",
                                   "app/broken.cpp:6: nothing but app/serve knows of HTTP",
                                   "app/broken.cpp:7: Boost.Beast may not be used in app",
                                   "base/broken.h:4: base may not include tokenizer, which is not below it",
                                   "base/broken.h:5: LibTorch may not be used in base",
                                   "data/deeper/broken.cpp:1: LibTorch may not be used in data",
                                   "data/deeper/broken.cpp:2: data may not include model, which is not below it",
                                   "decoding/broken.cpp:3: decoding may not include training, which is not below it",
                                   "formats/broken.cpp:2: formats may not include decoding, which is not below it",
                                   "kernels/broken.cpp:1: LibTorch may not be used in kernels",
                                   "kernels/broken.cpp:2: kernels may not include tokenizer, which is not below it",
                                   "metrics/broken.h:1: \"bleu.h\" is not a path from the root into a layer",
                                   "metrics/broken.h:2: metrics may not include data, which is not below it",
                                   "metrics/broken.h:3: LibTorch may not be used in metrics",
                                   "model/broken.h:1: model may not include metrics, which is not below it",
                                   "model/broken.h:2: Boost may not be used in model",
                                   "model/broken.h:4: ICU may not be used in model",
                                   "tokenizer/broken.cpp:1: LibTorch may not be used in tokenizer",
                                   "tokenizer/broken.cpp:3: <base/utf8.h> is ours: include it in quotes",
                                   "training/broken.cpp:1: training may not include app, which is not below it"));
}

TEST(IncludeRules, MissNoFolder) {
  EXPECT_THROW(broken_include_rules(DRAGOMAN_STRUCTURE_FIXTURE "/app"), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
