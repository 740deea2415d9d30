#include "app/documents/office_document.h"

#include "app/documents/odf_reader.h"
#include "app/documents/text_document.h"
#include "app/documents/word_reader.h"
#include "app/documents/xml_tokens.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

constexpr std::string_view kNameForErrors = "the file";

ZipArchive archive_of(std::string_view bytes) {
  constexpr std::string_view kOldOffice = "\xD0\xCF\x11\xE0";
  if (bytes.starts_with(kOldOffice))
    throw std::invalid_argument(
        "it is protected by a password or of an old version of Word; save it without, as .docx");
  if (!ZipArchive::recognises(bytes)) throw std::invalid_argument("it is no archive, as .docx and .odt files are");
  try {
    return ZipArchive(bytes, std::string(kNameForErrors));
  } catch (const std::runtime_error& error) {
    throw std::invalid_argument(error.what());
  }
}

// Reads entries as far as a limit allows.
class EntryReader {
 public:
  EntryReader(const ZipArchive& archive, std::size_t limit) : archive_(archive), limit_(limit), left_(limit) {}

  std::string read(std::string_view name) {
    try {
      const std::uint64_t size = archive_.size(name);
      if (size > left_)
        throw std::invalid_argument(fmt::format("its text is larger than {} MB unpacked", limit_ >> 20));
      left_ -= static_cast<std::size_t>(size);
      std::string buffer;
      return std::string(archive_.read(name, buffer));
    } catch (const std::runtime_error& error) {
      throw std::invalid_argument(error.what());
    }
  }

 private:
  const ZipArchive& archive_;
  std::size_t limit_, left_;
};

// The entries with text, the document itself first, by the types that the archive's own list gives them.
std::vector<std::string> word_parts(const ZipArchive& archive, EntryReader& entries, const DocumentLimits& limits) {
  constexpr std::string_view kList = "[Content_Types].xml", kType = "wordprocessingml.";
  constexpr auto kTypes = std::to_array<std::string_view>(
      {"document.main+xml", "header+xml", "footer+xml", "footnotes+xml", "endnotes+xml"});
  std::vector<std::string> names;
  if (!archive.contains(kList)) throw std::invalid_argument("it is no Word document: it has no list of its parts");
  const std::string list = entries.read(kList);
  require_few_tags(list, limits);
  const XmlTokens tokens = xml_tokens(list, kList);
  for (const std::string_view type : kTypes) {
    for (const MarkupToken& tag : tokens.tokens) {
      const std::string part = xml_attribute(tag.bytes, "PartName");
      if (tag.name != "Override" || !part.starts_with('/')) continue;
      if (!xml_attribute(tag.bytes, "ContentType").ends_with(std::string(kType) + std::string(type))) continue;
      if (std::ranges::find(names, part.substr(1)) == names.end()) names.push_back(part.substr(1));
    }
    if (names.empty() || !archive.contains(names.front()))
      throw std::invalid_argument("it is no Word document: it has no main part");
  }
  std::erase_if(names, [&](const std::string& name) { return !archive.contains(name); });
  return names;
}

std::vector<std::string> odf_parts(const ZipArchive& archive, EntryReader& entries) {
  constexpr std::string_view kType = "application/vnd.oasis.opendocument.text", kManifest = "META-INF/manifest.xml";
  if (!archive.contains("mimetype") || !entries.read("mimetype").starts_with(kType) || !archive.contains("content.xml"))
    throw std::invalid_argument("it is no text document of OpenDocument");
  if (archive.contains(kManifest) && entries.read(kManifest).find("encryption-data") != std::string::npos)
    throw std::invalid_argument("it is protected by a password; save it without");
  std::vector<std::string> names = {"content.xml"};
  if (archive.contains("styles.xml")) names.push_back("styles.xml");  // headers and footers
  return names;
}

}  // namespace

OfficeDocument::OfficeDocument(std::string bytes, DocumentFormat format, const DocumentLimits& limits)
    : bytes_(std::move(bytes)), archive_(archive_of(bytes_)) {
  EntryReader entries(archive_, limits.unpacked);
  const bool is_word = format == DocumentFormat::docx;
  for (const std::string& name : is_word ? word_parts(archive_, entries, limits) : odf_parts(archive_, entries)) {
    Part part{name, std::make_unique<const std::string>(entries.read(name)), {}};
    require_few_tags(*part.bytes, limits);
    part.xml = is_word ? WordReader().read(*part.bytes, name) : OdfReader().read(*part.bytes, name);
    std::vector<DocumentText> texts = part.xml.texts();
    part.texts = texts.size();
    std::ranges::move(texts, std::back_inserter(texts_));
    parts_.push_back(std::move(part));
  }
}

std::string OfficeDocument::translated(std::span<const std::string> translations) const {
  std::map<std::string, std::string, std::less<>> changed;
  for (const Part& part : parts_) {
    std::string xml = part.xml.with_translations(translations.first(part.texts));
    translations = translations.subspan(part.texts);
    if (xml != *part.bytes) changed.emplace(part.name, std::move(xml));
  }
  return changed.empty() ? bytes_ : archive_.with_contents(changed);
}

}  // namespace dragoman
