#include "app/serve/serving.h"

#include <utility>

namespace dragoman {
namespace {

constexpr const char* kServeSummary =
    R"(Serves translations over HTTP: as LibreTranslate and DeepL do, with an interface of its own, and a page for people.

  dragoman serve --model en-de --model de-en
  curl localhost:5000/translate -d q='Two dogs play.' -d source=en -d target=de)";

}  // namespace

Serving::Serving(const std::vector<std::string>& arguments, const Notice& whom_to_tell, Lasting what_stays)
    : notice(whom_to_tell), line("serve", kServeSummary), lasting(std::move(what_stays)) {
  options.translation.translator.guard = Guard::on;
  add_serve_options(line, options);
  text = line.parse(arguments);
  if (text) return;
  settle_serve_options(line, options);
  if (!options.api_keys.empty()) keys.emplace(options.api_keys);
  models = std::make_unique<ServedModels>(line, options.translation, options.models,
                                          static_cast<std::uint64_t>(options.memory_gb * 1e9), notice);
  std::vector<std::string> codes;
  for (const ServedLanguage& language : models->routes().sources()) codes.push_back(language.code);
  detector = std::make_unique<LanguageDetector>(codes);
  if (options.preload) models->load_all();
  service = std::make_unique<TranslationService>(*models, batcher_options(options, models->workers()));
}

}  // namespace dragoman
