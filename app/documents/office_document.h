#pragma once

#include "app/documents/document.h"
#include "app/documents/translated_xml.h"
#include "formats/foreign/zip_archive.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dragoman {

/// An archive of Word (docx) or OpenDocument (odt): its text with headers, footers and notes. The other entries of the
/// archive are copied as they are.
class OfficeDocument : public Document {
 public:
  OfficeDocument(std::string bytes, DocumentFormat format, const DocumentLimits& limits);

 protected:
  std::string translated(std::span<const std::string> translations) const override;

 private:
  struct Part {
    std::string name;
    std::unique_ptr<const std::string> bytes;
    TranslatedXml xml;
    std::size_t texts = 0;
  };

  std::string bytes_;
  ZipArchive archive_;
  std::vector<Part> parts_;
};

}  // namespace dragoman
