#pragma once

#include "app/cli/command_line.h"
#include "base/enum_names.h"
#include "decoding/markup/marked_text.h"
#include "tokenizer/placeholder_finder.h"
#include "tokenizer/tokenizer.h"

#include <optional>
#include <string>

namespace dragoman {

/// What becomes of characters that the model does not know.
enum class UnknownCharacters {
  drop,  ///< the model is given them, and leaves them out
  copy   ///< they are put into the translation, and a line without letters is its own
};

template <>
inline constexpr auto kEnumNames<UnknownCharacters> =
    enum_names<UnknownCharacters>({{UnknownCharacters::drop, "drop"}, {UnknownCharacters::copy, "copy"}});

/// What of a line is not translated.
struct MarkupOptions {
  Markup markup = Markup::none;
  std::string placeholders;  ///< a regular expression, or "usual"; empty: there are none
  UnknownCharacters unknown = UnknownCharacters::drop;

  bool any() const { return markup != Markup::none || !placeholders.empty() || unknown != UnknownCharacters::drop; }
};

/// common: whether the short help shows them.
void add_markup_options(CommandLine& line, MarkupOptions& options, bool common = true);

/// The rules that these options make, for a model that reads with this tokenizer.
class ReadyMarkup {
 public:
  /// Throws std::invalid_argument for a regular expression that is none.
  ReadyMarkup(const MarkupOptions& options, const Tokenizer& source);

  MarkupRules rules() const;

  /// What a line begins with to tell the model what to do, ">>fra<<", and must stand before each of its texts.
  std::string instructions_of(const std::string& line) const;

 private:
  MarkupOptions options_;
  Tokenizer source_;
  std::optional<PlaceholderFinder> finder_;
};

}  // namespace dragoman
