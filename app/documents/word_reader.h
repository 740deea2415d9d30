#pragma once

#include "app/documents/office_reader.h"

#include <cstddef>
#include <string_view>
#include <vector>

namespace dragoman {

/// WordprocessingML (ECMA-376, part 1, section 17): paragraphs of runs, each run with letters of one format. Runs of
/// one format that follow one another are one. Deleted text stays; fields stay as they are, but for links.
class WordReader : public OfficeReader {
 protected:
  bool is_paragraph(std::string_view element) const override { return element == "w:p"; }
  bool is_untranslated(std::string_view) const override { return false; }
  void read_items(std::size_t begin, std::size_t end, std::vector<InlineItem>& items) override;

 private:
  void read_content(std::size_t begin, std::size_t end, std::vector<InlineItem>& items);
  void read_run(std::size_t begin, std::vector<InlineItem>& items);
  void read_part_of_run(std::size_t begin, std::string_view properties, int format, std::vector<InlineItem>& items);
  void read_around(std::size_t begin, std::vector<InlineItem>& items);
  std::string_view letter_properties(std::size_t run);
  int format_of(std::string_view properties);
};

/// Whether a field of this instruction shows text that leads somewhere.
bool is_link(std::string_view instruction);

/// Fields of Word, which are several items each, in one: a link's is around its text, any other a point with all that
/// is in it.
std::vector<InlineItem> with_whole_fields(std::vector<InlineItem> items);

}  // namespace dragoman
