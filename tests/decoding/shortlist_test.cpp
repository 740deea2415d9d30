#include "decoding/shortlist.h"

#include "tests/data/temporary_folder.h"

#include <gmock/gmock.h>
#include <stdexcept>
#include <vector>

namespace dragoman {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Three source tokens with 2, 0 and 3 translations.
Shortlist small_shortlist(bool copies = false) {
  return {{2, 7}, {0, 2, 2, 5}, {9, 4, 1, 7, 8}, copies};
}

ModelConfig config_of(int source, int target) {
  ModelConfig config;
  config.source_vocabulary = source;
  config.target_vocabulary = target;
  return config;
}

using ShortlistTest = TemporaryFolderTest;

TEST_F(ShortlistTest, ListsWhatTheTokensOfASentenceBring) {
  const Shortlist shortlist = small_shortlist();
  EXPECT_THAT(shortlist.list_for({}), ElementsAre(2, 7));
  EXPECT_THAT(shortlist.list_for(std::vector<std::int32_t>{1}), ElementsAre(2, 7));
  EXPECT_THAT(shortlist.list_for(std::vector<std::int32_t>{2, 0, 2}), ElementsAre(1, 2, 4, 7, 8, 9));
  EXPECT_THAT(small_shortlist(true).list_for(std::vector<std::int32_t>{0}), ElementsAre(0, 2, 4, 7, 9));
  EXPECT_THROW(shortlist.list_for(std::vector<std::int32_t>{3}), std::out_of_range);
}

TEST_F(ShortlistTest, IsReadAsItWasWritten) {
  for (const bool copies : {false, true}) {
    const Shortlist written = copies ? Shortlist({2}, std::vector<std::int64_t>(11), {}, true) : small_shortlist();
    save_shortlist(path(""), written);
    const Shortlist read = load_shortlist(path(""), copies ? config_of(10, 10) : config_of(3, 10));
    EXPECT_EQ(read.always(), written.always());
    EXPECT_EQ(read.starts(), written.starts());
    EXPECT_EQ(read.tokens(), written.tokens());
    EXPECT_EQ(read.copies(), copies);
  }
}

TEST_F(ShortlistTest, NamesAFileThatIsMissingOrDoesNotFit) {
  const auto load = [&](const ModelConfig& config) { return [&] { load_shortlist(path(""), config); }; };
  EXPECT_THAT(load(config_of(3, 10)), ThrowsMessage<std::runtime_error>(
                                          AllOf(HasSubstr("shortlist.safetensors"), HasSubstr("dragoman shortlist"))));
  save_shortlist(path(""), small_shortlist());
  EXPECT_NO_THROW(load_shortlist(path(""), config_of(3, 10)));
  for (const ModelConfig& other : {config_of(4, 10), config_of(2, 10), config_of(3, 9)})
    EXPECT_THAT(load(other), ThrowsMessage<std::runtime_error>(HasSubstr("another model")));
  const std::string before = shortlist_fingerprint(path(""));
  save_shortlist(path(""), {{2}, {0, 0, 0, 0}, {}, false});
  EXPECT_NE(shortlist_fingerprint(path("")), before);
}

}  // namespace
}  // namespace dragoman
