#include "data/not_text.h"

#include "base/utf8.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>

namespace dragoman {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::string_view bytes, what, remedy;
};

constexpr std::string_view kSaveAsText = "save its text as plain text in UTF-8, a sentence a line";

// Byte order marks of UTF-32 come before those of UTF-16, which begin alike. None of these begins a text, but for the
// letters of bzip2, ZIP and PDF, which are looked at closer.
constexpr Signature kSignatures[] = {
    {"\xFD\x37\x7A\x58\x5A\0"sv, "compressed by xz", "unpack it: xz -dc FILE | dragoman ..."},
    {"BZh"sv, "compressed by bzip2", "unpack it: bzip2 -dc FILE | dragoman ..."},
    {"\x28\xB5\x2F\xFD"sv, "compressed by zstd", "unpack it: zstd -dc FILE | dragoman ..."},
    {"\x04\x22\x4D\x18"sv, "compressed by lz4", "unpack it: lz4 -dc FILE | dragoman ..."},
    {"\x1F\x9D"sv, "compressed by compress", "unpack it: uncompress -c FILE | dragoman ..."},
    {"PK\x03\x04"sv, "a ZIP archive", "unpack it: unzip -p FILE | dragoman ..."},
    {"PK\x05\x06"sv, "an empty ZIP archive", "name another file"},
    {"7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive", "unpack it: 7z e -so FILE | dragoman ..."},
    {"Rar!\x1A\x07"sv, "a RAR archive", "unpack it: unrar p -inul FILE | dragoman ..."},
    {"%PDF-"sv, "a PDF document", "take the text out, a sentence a line (pdftotext)"},
    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "an Office document", kSaveAsText},
    {"{\\rtf1"sv, "an RTF document", kSaveAsText},
    {"\x89PNG\r\n\x1A\n"sv, "a PNG picture", "name a text"},
    {"\xFF\xD8\xFF"sv, "a JPEG picture", "name a text"},
    {"\x7F"
     "ELF"sv,
     "a program", "name a text"},
    {"\xFF\xFE\0\0"sv, "text in UTF-32", "convert it: iconv -f utf-32 -t utf-8 FILE | dragoman ..."},
    {"\0\0\xFE\xFF"sv, "text in UTF-32", "convert it: iconv -f utf-32 -t utf-8 FILE | dragoman ..."},
    {"\xFF\xFE"sv, "text in UTF-16", "convert it: iconv -f utf-16 -t utf-8 FILE | dragoman ..."},
    {"\xFE\xFF"sv, "text in UTF-16", "convert it: iconv -f utf-16 -t utf-8 FILE | dragoman ..."},
};

// The magic of a block, and of the end of an empty file.
bool is_bzip2(std::string_view beginning) {
  if (beginning.size() < 10 || beginning[3] < '1' || beginning[3] > '9') return false;
  const std::string_view magic = beginning.substr(4, 6);
  return magic == "1AY&SY" || magic == "\x17\x72\x45\x38\x50\x90";
}

bool is_pdf(std::string_view beginning) {
  const auto is_digit = [&](std::size_t at) { return beginning[at] >= '0' && beginning[at] <= '9'; };
  return beginning.size() >= 9 && is_digit(5) && beginning[6] == '.' && is_digit(7) &&
         (beginning[8] == '\r' || beginning[8] == '\n');
}

std::optional<NotText> office_document(std::string_view beginning) {
  for (const std::string_view part : {"[Content_Types].xml", "word/", "xl/", "ppt/"}) {
    if (beginning.find(part) != std::string_view::npos)
      return NotText{"an Office document (docx, xlsx or pptx)", std::string(kSaveAsText)};
  }
  if (beginning.find("mimetypeapplication/vnd.oasis.opendocument") != std::string_view::npos)
    return NotText{"an OpenDocument (odt, ods or odp)", std::string(kSaveAsText)};
  if (beginning.find("mimetypeapplication/epub") != std::string_view::npos)
    return NotText{"an EPUB book", std::string(kSaveAsText)};
  if (beginning.find("META-INF/") != std::string_view::npos) return NotText{"a Java archive", "name a text"};
  return std::nullopt;
}

std::optional<NotText> by_signature(std::string_view beginning) {
  for (const Signature& signature : kSignatures) {
    if (!beginning.starts_with(signature.bytes)) continue;
    if (signature.bytes == "BZh" && !is_bzip2(beginning)) continue;
    if (signature.bytes == "%PDF-" && !is_pdf(beginning)) continue;
    if (signature.bytes.starts_with("PK")) {
      if (auto document = office_document(beginning)) return document;
    }
    return NotText{std::string(signature.what), std::string(signature.remedy)};
  }
  constexpr std::size_t kTarMagic = 257;
  if (beginning.size() > kTarMagic && beginning.substr(kTarMagic).starts_with("ustar"))
    return NotText{"a tar archive", "unpack it: tar -xOf FILE | dragoman ..."};
  return std::nullopt;
}

// White space, backspace and escape stand in texts.
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 && (c < '\b' || c > '\r') && c != '\x1B';
}

bool is_odd_control(char c) {
  return c != '\0' && is_control(c);
}

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Code points below U+20000 that are not 0: two bytes of each four are zero or nearly so.
bool is_utf32(std::string_view bytes, bool little_endian) {
  if (bytes.size() < 8) return false;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < 4; ++i) code = code << 8 | byte_at(bytes, at + (little_endian ? 3 - i : i));
    if (code == 0 || code >= 0x20000) return false;
  }
  return true;
}

// What two bytes a character would be in UTF-16 of one order.
struct Units {
  std::size_t count = 0, zero = 0, low_high = 0, ascii_pairs = 0, line_feeds = 0;
  bool well_formed = true;
};

Units units_of(std::string_view bytes, bool little_endian) {
  Units units;
  bool inside_pair = false;
  for (std::size_t at = 0; at + 2 <= bytes.size() && units.well_formed; at += 2) {
    const unsigned low = byte_at(bytes, at + (little_endian ? 0 : 1));
    const unsigned high = byte_at(bytes, at + (little_endian ? 1 : 0));
    const unsigned unit = high << 8 | low;
    const auto is_ascii = [](unsigned byte) { return byte >= 0x20 && byte < 0x7F; };
    const bool is_c0_or_c1 =
        (unit < 0x20 && unit != '\t' && unit != '\n' && unit != '\r' && unit != '\f') || (unit >= 0x7F && unit < 0xA0);
    const bool leads = unit >= 0xD800 && unit < 0xDC00, trails = unit >= 0xDC00 && unit < 0xE000;
    const bool is_private = (unit >= 0xE000 && unit < 0xF900) || unit >= 0xFFFE;
    units.well_formed = !is_c0_or_c1 && !is_private && trails == inside_pair;
    inside_pair = leads;
    ++units.count;
    units.line_feeds += unit == '\n';
    units.zero += high == 0;
    units.low_high += high < 0x20;
    units.ascii_pairs += is_ascii(low) && is_ascii(high);
  }
  return units;
}

// Without a mark UTF-16 is known by its upper bytes, nearly all of which are small in alphabets. In Chinese, Japanese
// and Korean only line ends and some spaces have a zero there, but most line feeds are such a line end.
bool is_utf16(std::string_view bytes, bool little_endian) {
  constexpr std::size_t kWholeFile = 4096;  // a shorter beginning is likely to be all
  if (bytes.size() < 6 || (bytes.size() % 2 != 0 && bytes.size() < kWholeFile)) return false;
  const Units units = units_of(bytes, little_endian);
  if (!units.well_formed || units.zero == 0) return false;
  const bool is_short = units.count < 8;
  if (is_short) return units.zero == units.count;
  if (units.low_high * 10 >= units.count * 9) return units.zero * 10 >= units.count;
  const auto line_feeds = static_cast<std::size_t>(std::ranges::count(bytes, '\n'));
  if (!find_invalid_utf8(bytes) && !std::ranges::any_of(bytes, is_odd_control)) return false;
  return line_feeds > 0 ? units.line_feeds * 2 >= line_feeds : units.ascii_pairs * 2 < units.count;
}

bool is_binary(std::string_view bytes) {
  constexpr std::size_t kMany = 16;
  const auto controls = static_cast<std::size_t>(std::ranges::count_if(bytes, is_control));
  if (controls < kMany) return false;
  const bool has_nul = bytes.find('\0') != std::string_view::npos;
  const std::size_t percent = controls * 100 / bytes.size();
  return percent >= 10 || (percent >= 5 && has_nul && find_invalid_utf8(bytes));
}

}  // namespace

std::optional<NotText> recognise(std::string_view beginning) {
  if (auto found = by_signature(beginning)) return found;
  if (beginning.find('\0') != std::string_view::npos) {
    for (const bool little_endian : {true, false}) {
      const char* order = little_endian ? "le" : "be";
      for (const int bits : {32, 16}) {
        if (!(bits == 32 ? is_utf32(beginning, little_endian) : is_utf16(beginning, little_endian))) continue;
        return NotText{fmt::format("text in UTF-{}", bits),
                       fmt::format("convert it: iconv -f utf-{}{} -t utf-8 FILE | dragoman ...", bits, order)};
      }
    }
  }
  if (is_binary(beginning)) return NotText{"binary data, not text", "name a text"};
  return std::nullopt;
}

bool begins_like_a_signature(std::string_view beginning) {
  return std::ranges::any_of(kSignatures, [&](const Signature& signature) {
    if (beginning.find('\n') != std::string_view::npos) return false;  // a line is there, and may wait for its answer
    const std::size_t longest = signature.bytes == "BZh" || signature.bytes == "%PDF-" ? 10 : signature.bytes.size();
    return beginning.size() < longest &&
           (signature.bytes.starts_with(beginning) || beginning.starts_with(signature.bytes));
  });
}

}  // namespace dragoman
