#include "decoding/text/nbest_format.h"

#include <fmt/format.h>
#include <iterator>
#include <string_view>

namespace dragoman {
namespace {

std::string escape_separators(std::string_view text) {
  constexpr std::string_view kSeparator = "|||";
  std::string escaped;
  for (std::size_t i = 0; i < text.size();) {
    if (text.substr(i).starts_with(kSeparator)) {
      escaped += "&#124;&#124;&#124;";
      i += kSeparator.size();
    } else {
      escaped += text[i++];
    }
  }
  return escaped;
}

}  // namespace

std::string nbest_lines(std::int64_t id, const Translation& translation, bool alignment,
                        std::span<const double> qualities) {
  std::string lines;
  for (std::size_t i = 0; i < translation.outputs.size(); ++i) {
    const Translation::Output& output = translation.outputs[i];
    fmt::format_to(std::back_inserter(lines), "{} ||| {} ||| F0= {:.6g}", id, escape_separators(output.text),
                   output.log_prob);
    if (!qualities.empty()) lines += fmt::format(" Q= {:.6g}", qualities[i]);
    lines += fmt::format(" ||| {:.6g}", output.score);
    if (alignment) lines += " ||| " + format_pharaoh(output.alignment);
    lines += '\n';
  }
  return lines;
}

}  // namespace dragoman
