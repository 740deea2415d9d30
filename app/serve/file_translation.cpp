#include "app/serve/file_translation.h"

#include "app/documents/document.h"
#include "app/serve/parameters.h"
#include "app/serve/request_error.h"
#include "app/serve/translation_call.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <memory>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <utility>

namespace dragoman {
namespace {

using Json = nlohmann::ordered_json;

std::string url_encoded(const std::string& text) {
  std::string encoded;
  for (const char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return encoded;
}

// The texts of a document by their markup, which a request has one of, and their translations as they come.
class DocumentCall : public std::enable_shared_from_this<DocumentCall> {
 public:
  DocumentCall(ServingPointer serving, ExchangePointer exchange, std::string file_name,
               std::unique_ptr<const Document> document)
      : serving_(std::move(serving)),
        exchange_(std::move(exchange)),
        file_name_(std::move(file_name)),
        document_(std::move(document)),
        translations_(document_->texts().size()) {}

  // texts: those of the document.
  void start(const CallLanguages& languages, const std::vector<std::string>& texts) {
    languages_ = languages;
    terms_ = begin_call(*serving_, exchange_, {languages.source, languages.target}, texts);
    next();
  }

 private:
  // One kind of markup behind the other.
  void next() {
    const std::vector<DocumentText>& texts = document_->texts();
    while (markup_ < kEnumNames<Markup>.size()) {
      const Markup markup = kEnumNames<Markup>[markup_++].first;
      TextsRequest request;
      request.kind = {languages_.source, languages_.target, markup};
      places_.clear();
      for (std::size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].markup != markup) continue;
        places_.push_back(i);
        request.texts.push_back(texts[i].text);
      }
      if (places_.empty()) continue;
      request.stop = terms_.stop;
      request.deadline = terms_.deadline;
      request.goes_on = std::exchange(begun_, true);
      return translate_part(serving_, exchange_, std::move(request),
                            [self = shared_from_this()](const TranslatedTexts& found) { self->take(found); });
    }
    answer();
  }

  void take(const TranslatedTexts& found) {
    for (std::size_t k = 0; k < places_.size(); ++k) translations_[places_[k]] = found.texts[k].front();
    next();
  }

  void answer() {
    serving_->lasting.statistics->add_characters(terms_.characters);
    const std::string name =
        serving_->lasting.files->add(translated_name(), document_->with_translations(translations_));
    const std::string body =
        Json{{"translatedFileUrl", url_of(name)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    exchange_->respond({.body = body});
  }

  // As the client sees this server, behind a proxy that does the encryption, too.
  std::string url_of(const std::string& name) const {
    const std::string host(exchange_->request().header("host"));
    const bool encrypted = exchange_->request().header("x-forwarded-proto") == "https";
    const std::string path = fmt::format("{}{}/{}", kDownloads, name, url_encoded(translated_name()));
    return host.empty() ? path : fmt::format("{}://{}{}", encrypted ? "https" : "http", host, path);
  }

  // "letter.de.docx" of "letter.docx".
  std::string translated_name() const {
    const std::filesystem::path given = std::filesystem::path(file_name_).filename();
    return fmt::format("{}.{}{}", given.stem().string(), languages_.target, given.extension().string());
  }

  ServingPointer serving_;
  ExchangePointer exchange_;
  std::string file_name_;
  std::unique_ptr<const Document> document_;
  CallLanguages languages_;
  CallTerms terms_;
  bool begun_ = false;               // some of the texts were taken
  std::size_t markup_ = 0;           // index of the next kind
  std::vector<std::size_t> places_;  // of the texts that are being translated
  std::vector<std::string> translations_;
};

std::unique_ptr<const Document> document_of(const FormPart& file) {
  const auto format = document_format_of(file.file_name);
  if (!format) {
    throw RequestError(400, fmt::format("Invalid request: file format not supported; there are {}",
                                        fmt::join(document_extensions(), ", ")));
  }
  return Document::read(file.data, *format);
}

void translate_file(const ServingPointer& serving, const ExchangePointer& exchange) {
  const Parameters parameters(exchange->request());
  check_client(*serving, exchange->request(), parameters.text("api_key"));
  const auto file = std::ranges::find(parameters.files(), "file", &FormPart::name);
  if (file == parameters.files().end()) throw RequestError(400, "Invalid request: missing file parameter");
  for (const char* name : {"source", "target"}) {
    if (parameters.text(name).empty())
      throw RequestError(400, fmt::format("Invalid request: missing {} parameter", name));
  }
  std::unique_ptr<const Document> document = document_of(*file);
  std::vector<std::string> texts;
  for (const DocumentText& text : document->texts()) texts.push_back(text.text);
  check_document(*serving, texts);
  const CallLanguages languages = call_languages(*serving, texts, parameters.text("source"), parameters.text("target"));
  std::make_shared<DocumentCall>(serving, exchange, file->file_name, std::move(document))->start(languages, texts);
}

// RFC 6266 and 8187: the name of the file in any script.
std::string disposition(const std::string& file_name) {
  return "attachment; filename*=UTF-8''" + url_encoded(file_name);
}

void download_file(const ServingPointer& serving, const ExchangePointer& exchange) {
  const std::string name = exchange->request().path.substr(std::string_view(kDownloads).size());
  const std::optional<FileStore::File> file = serving->lasting.files->find(name.substr(0, name.find('/')));
  if (!file) throw RequestError(404, "the file is not there any more; translate it again");
  // Not to be shown as a page of this server, whatever is in it.
  exchange->respond({.content_type = "application/octet-stream",
                     .body = "",
                     .headers = {{"Content-Disposition", disposition(file->file_name)}, {"Cache-Control", "no-store"}},
                     .shared_body = file->bytes});
}

}  // namespace

void add_file_translation(Router& router) {
  router.add("POST", "/translate_file", translate_file);
  router.add("GET", kDownloads, download_file);
}

}  // namespace dragoman
