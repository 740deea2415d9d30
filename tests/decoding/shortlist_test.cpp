#include "decoding/engine/shortlist.h"

#include "tests/data/temporary_folder.h"
#include "tests/tokenizer/sample_text.h"
#include "tokenizer/tokenizer_trainer.h"

#include <gmock/gmock.h>
#include <stdexcept>
#include <string>
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

// For `sources` source tokens, of which only the first has translations.
Shortlist large_shortlist(std::int32_t sources, std::int32_t target = 7, bool copies = false) {
  std::vector<std::int64_t> starts(static_cast<std::size_t>(sources) + 1, 2);
  starts.front() = 0;
  return {{2}, starts, {9, target}, copies};
}

// Of so many pieces, learned from so many lines.
Tokenizer tokenizer_of(int pieces, int count = 400) {
  const auto lines = sample_lines(count);
  const std::vector<std::string>* texts[] = {&lines};
  TokenizerOptions options;
  options.vocabulary_size = pieces;
  return train_tokenizer(texts, options, 1, {});
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

TEST_F(ShortlistTest, CoversAShareOfTheTargets) {
  using Sentences = std::vector<std::vector<std::int32_t>>;
  const Shortlist shortlist = small_shortlist();
  const Sentences sources = {{1}, {2, 0, 2}};
  EXPECT_EQ(shortlist.coverage(sources, Sentences{{2, 7}, {4, 9, 1}}), 1);
  EXPECT_EQ(shortlist.coverage(sources, Sentences{{2, 4}, {4, 3, 2, 2}}), 4 / 6.0);
  EXPECT_EQ(shortlist.coverage(sources, Sentences{{}, {}}), 1);
}

TEST_F(ShortlistTest, IsReadAsItWasWritten) {
  const Tokenizers tokenizers{tokenizer_of(100), tokenizer_of(100)};
  for (const bool copies : {false, true}) {
    const Shortlist written = large_shortlist(100, 7, copies);
    save_shortlist(path(""), written, tokenizers);
    const Shortlist read = load_shortlist(path(""), tokenizers);
    EXPECT_EQ(read.always(), written.always());
    EXPECT_EQ(read.starts(), written.starts());
    EXPECT_EQ(read.tokens(), written.tokens());
    EXPECT_EQ(read.copies(), copies);
  }
}

TEST_F(ShortlistTest, NamesAFileThatIsMissingOrDoesNotFit) {
  const Tokenizers tokenizers{tokenizer_of(100), tokenizer_of(110)};
  const auto load = [&] { load_shortlist(path(""), tokenizers); };
  EXPECT_THAT(load, ThrowsMessage<std::runtime_error>(
                        AllOf(HasSubstr("shortlist.safetensors"), HasSubstr("dragoman shortlist"))));
  const auto expect_refusal = [&](const Shortlist& shortlist, const Tokenizers& of) {
    save_shortlist(path(""), shortlist, of);
    EXPECT_THAT(load, ThrowsMessage<std::runtime_error>(HasSubstr("another model")));
  };
  expect_refusal(large_shortlist(99), tokenizers);
  expect_refusal(large_shortlist(100, 110), tokenizers);
  expect_refusal(large_shortlist(100, 7, true), tokenizers);
  // As many pieces, but others.
  expect_refusal(large_shortlist(100), {tokenizers.source, tokenizer_of(110, 300)});
  save_shortlist(path(""), large_shortlist(100), tokenizers);
  EXPECT_NO_THROW(load());
  const std::string before = shortlist_fingerprint(path(""));
  save_shortlist(path(""), large_shortlist(100, 8), tokenizers);
  EXPECT_NE(shortlist_fingerprint(path("")), before);
}

}  // namespace
}  // namespace dragoman
