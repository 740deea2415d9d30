#include "data/glossary_file.h"

#include "base/utf8.h"
#include "data/line_reader.h"

#include <fmt/format.h>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace dragoman {

Glossary read_glossary(const std::string& path) {
  LineReader lines(path, Utf8::refuse);
  std::vector<GlossaryTerm> terms;
  for (std::string line; lines.next(line);) {
    if (is_blank(line)) continue;
    const std::size_t tab = line.find('\t');
    GlossaryTerm term{line.substr(0, tab), {}};
    if (is_blank(term.source)) {
      throw std::runtime_error(fmt::format("{}:{}: there is no term before the tab; write term, tab, translation",
                                           lines.name(), lines.line_number()));
    }
    for (std::size_t begin = tab; begin != std::string::npos;) {
      const std::size_t end = line.find('\t', begin + 1);
      std::string target = line.substr(begin + 1, end == std::string::npos ? end : end - begin - 1);
      if (!is_blank(target)) term.targets.push_back(std::move(target));
      begin = end;
    }
    terms.push_back(std::move(term));
  }
  return Glossary(terms);
}

}  // namespace dragoman
