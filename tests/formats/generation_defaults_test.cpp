#include "formats/huggingface/generation_defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <vector>

namespace dragoman {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Read {
  DecodingDefaults defaults;
  std::vector<std::string> notes;
};

Read read(const std::string& json, int forced = 0) {
  ForeignOptions options(json, "generation_config.json");
  Read found;
  found.defaults = generation_defaults(options, forced, found.notes);
  return found;
}

TEST(GenerationDefaults, AreLengthsWithoutStartAndEnd) {
  EXPECT_EQ(read("{}").defaults, DecodingDefaults());
  const Read all = read(R"({"num_beams": 6, "length_penalty": 0.5, "max_length": 512, "min_length": 5})");
  EXPECT_EQ(all.defaults, (DecodingDefaults{6, 0.5, 4, 511, {}, {}}));
  EXPECT_THAT(all.notes, IsEmpty());
  EXPECT_EQ(read(R"({"max_length": 512, "forced_eos_token_id": 0})").defaults.max_length, 510);
  EXPECT_EQ(read(R"({"max_length": 512, "forced_eos_token_id": 0})").defaults.forces_end, true);
  EXPECT_EQ(read(R"({"max_length": 512, "min_length": 5})", 1).defaults, (DecodingDefaults{{}, {}, 3, 510, {}, {}}));
  EXPECT_EQ(read(R"({"max_length": 512, "max_new_tokens": 20})").defaults.max_length, 20);
  EXPECT_EQ(read(R"({"min_length": 5, "min_new_tokens": 3})").defaults.min_length, 3);
  EXPECT_EQ(read(R"({"min_length": 0})").defaults.min_length, std::nullopt);
  EXPECT_EQ(read(R"({"num_beams": null})").defaults.beam_size, std::nullopt);
}

TEST(GenerationDefaults, NameWhatASearchHereDoesNotDo) {
  EXPECT_THAT(read(R"({"no_repeat_ngram_size": 0, "repetition_penalty": 1.0, "do_sample": false, "sequence_bias": {},
                       "suppress_tokens": [], "temperature": 0.7})")
                  .notes,
              IsEmpty());
  EXPECT_THAT(
      read(R"({"no_repeat_ngram_size": 3})").notes,
      ElementsAre("generation_config.json: 'no_repeat_ngram_size' is 3, which `translate --no-repeat-ngram 3` does"));
  for (const char* json : {R"({"do_sample": true})", R"({"forced_bos_token_id": 250004})",
                           R"({"bad_words_ids": [[5], [99, 1]]})", R"({"renormalize_logits": true})"})
    EXPECT_THAT(read(json).notes, ElementsAre(HasSubstr("which a search here does not do"))) << json;
}

TEST(GenerationDefaults, HaveTheTokensThatAreNeverProduced) {
  const Read all = read(R"({"bad_words_ids": [[99], [1]], "suppress_tokens": [7]})");
  EXPECT_THAT(all.defaults.never_produced.value(), ElementsAre(99, 1, 7));
  EXPECT_THAT(all.notes, IsEmpty());
}

TEST(GenerationDefaults, OfAWrongTypeAreRefused) {
  EXPECT_THROW(read(R"({"num_beams": 2.5})"), std::runtime_error);
  EXPECT_THROW(read(R"({"length_penalty": "high"})"), std::runtime_error);
}

}  // namespace
}  // namespace dragoman
