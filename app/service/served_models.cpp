#include "app/service/served_models.h"

#include "app/model_loading.h"
#include "decoding/scoring/quality_file.h"
#include "formats/model_directory.h"
#include "formats/model_files.h"
#include "model/architecture.h"
#include "model/device.h"
#include "tokenizer/language_code.h"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <stdexcept>

namespace dragoman {
namespace {

// Translators cost little beside their models, but clients may ask for any number of kinds.
constexpr std::size_t kMostTranslators = 64;

std::vector<std::string> languages_of_side(const ModelConfig& config, std::int32_t place,
                                           const std::optional<std::string>& own,
                                           const std::optional<std::string>& given) {
  const TextTemplate& form = config.text_template;
  if (given) return {*given};
  const bool has_all = form.has(place) || (!own && !form.languages.empty());
  if (!has_all) return own ? std::vector{*own} : std::vector<std::string>();
  std::vector<std::string> codes;
  for (const Language& language : form.languages) codes.push_back(language.code);
  return codes;
}

ModelLanguages languages_of(const ServedModel& model, const ModelConfig& config) {
  const TrainingFacts& facts = config.trained_on;
  ModelLanguages languages{
      languages_of_side(config, TextTemplate::kSourceLang, facts.source_lang, model.languages.source),
      languages_of_side(config, TextTemplate::kTargetLang, facts.target_lang, model.languages.target)};
  if (languages.sources.empty() || languages.targets.empty()) {
    throw std::invalid_argument(
        fmt::format("{} does not know its languages; say them with the model, as --model en:de={}", model.directory,
                    model.directory));
  }
  return languages;
}

std::optional<std::string> language_or_none(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(language_code(text));
}

}  // namespace

ServedModel parse_served_model(const std::string& text) {
  const std::size_t equals = text.find('='), colon = text.find(':');
  if (equals == std::string::npos || colon > equals || text.substr(0, equals).find('/') != std::string::npos)
    return {text};
  ServedModel model{text.substr(equals + 1)};
  if (model.directory.empty()) throw std::invalid_argument(fmt::format("'{}' names no directory", text));
  model.languages.source = language_or_none(text.substr(0, colon));
  model.languages.target = language_or_none(text.substr(colon + 1, equals - colon - 1));
  return model;
}

std::string to_string(const ServedModel& model) {
  const auto& [source, target] = model.languages;
  if (!source && !target) return model.directory;
  return fmt::format("{}:{}={}", source.value_or(""), target.value_or(""), model.directory);
}

ServedModels::ServedModels(const CommandLine& line, const TranslationOptions& options, std::vector<ServedModel> models,
                           std::uint64_t memory, Notice notice)
    : line_(line),
      options_(options),
      memory_(memory),
      notice_(std::move(notice)),
      workers_(std::make_shared<const Workers>(options.threads, device_named(options.device))),
      routes_({}) {
  std::vector<ModelLanguages> languages;
  for (ServedModel& model : models) {
    auto slot = std::make_unique<Slot>();
    slot->config = load_config(model.directory);
    if (!reads_source(slot->config))
      throw std::invalid_argument(fmt::format("{}: is a language model, which translates nothing", model.directory));
    slot->bytes = std::filesystem::file_size(weights_file(model.directory));
    languages.push_back(languages_of(model, slot->config));
    slot->model = std::move(model);
    slots_.push_back(std::move(slot));
  }
  routes_ = LanguageRoutes(languages);
}

std::shared_ptr<const ServedTranslator> ServedModels::translator(const TranslationKind& kind) {
  const auto find = [&] {
    const std::lock_guard lock(mutex_);
    const auto made = std::ranges::find(made_, kind, &Made::kind);
    if (made == made_.end()) return std::shared_ptr<const ServedTranslator>();
    for (const std::size_t slot : made->slots) slots_[slot]->used = Clock::now();
    std::rotate(made, made + 1, made_.end());
    return made_.back().translator;
  };
  if (auto found = find()) return found;
  const std::optional<LanguageRoute> route = routes_.find(kind.source, kind.target);
  if (!route) throw std::invalid_argument(fmt::format("there is no model from {} to {}", kind.source, kind.target));
  auto translator = make(kind, *route);
  std::vector<std::size_t> slots{route->first.model};
  if (route->second) slots.push_back(route->second->model);
  const std::lock_guard lock(mutex_);
  // What was dropped meanwhile is not held by what is made of it.
  const bool all_loaded = std::ranges::all_of(slots, [&](std::size_t slot) { return slots_[slot]->loaded != nullptr; });
  if (all_loaded) made_.push_back({kind, std::move(slots), translator});
  if (made_.size() > kMostTranslators) made_.erase(made_.begin());
  return translator;
}

MarkupOptions ServedModels::marks_of(const TranslationKind& kind) const {
  MarkupOptions marks = options_.marks;
  marks.markup = kind.markup;
  return marks;
}

std::shared_ptr<const ServedTranslator> ServedModels::make(const TranslationKind& kind, const LanguageRoute& route) {
  const std::shared_ptr<const Loaded> first = loaded(route.first.model);
  const std::shared_ptr<const Loaded> last = route.second ? loaded(route.second->model) : first;
  std::optional<Translator> via;
  if (route.second) via.emplace(leg_translator(*first, route.first.languages, kind, false));
  const LanguagePair& languages = route.second ? route.second->languages : route.first.languages;
  ServedTranslator served{{std::move(via), leg_translator(*last, languages, kind, true),
                           route.second ? first->fingerprint + "+" + last->fingerprint : first->fingerprint},
                          {}};
  ReadyTranslator& ready = served.ready;
  const Translator& reader = ready.via ? *ready.via : ready.translator;
  ready.punctuation = punctuation_before(reader, options_);
  const MarkupOptions marks = marks_of(kind);
  if (marks.any()) ready.marks.emplace(marks, reader.engine().tokenizers().source);
  ready.distinct = kind.n_best > 1;
  ready.chosen = static_cast<std::size_t>(std::max(kind.n_best, kind.alternatives));
  if (!route.second) served.quality = first->quality;
  served.has_alternatives = last->engine->config().target_order == TokenOrder::left_to_right &&
                            !last->options.translator.why_no_alternatives();
  return std::make_shared<const ServedTranslator>(std::move(served));
}

// What is asked of the translations is asked of the last model; of the first the best one counts.
Translator ServedModels::leg_translator(const Loaded& model, const LanguagePair& languages, const TranslationKind& kind,
                                        bool is_last) const {
  TranslatorOptions options = model.options.translator;
  options.languages = languages;
  if (kind.alignment || marks_of(kind).any()) options.alignment.emplace();
  options.word_links = kind.alignment;
  if (is_last) {
    options.search.beam_size = std::max(options.search.beam_size, kind.n_best);
    options.alternatives = kind.alternatives;
    // Of several all are wanted, since some may be equal as texts.
    if (kind.n_best > 1) options.search.n_best = options.search.beam_size;
  }
  return {model.engine, options};
}

std::shared_ptr<const ServedModels::Loaded> ServedModels::loaded(std::size_t place) {
  Slot& slot = *slots_[place];
  const std::lock_guard loading(slot.loading);
  {
    const std::lock_guard lock(mutex_);
    slot.used = Clock::now();
    if (slot.loaded) return slot.loaded;
  }
  make_room(place);
  std::shared_ptr<const Loaded> model;
  try {
    model = load(slot);
  } catch (const std::exception& error) {
    if (notice_) notice_(error.what());
    throw UnavailableModel("a model for these languages cannot be loaded; the server has said why on its stderr");
  }
  const std::lock_guard lock(mutex_);
  slot.loaded = model;
  return model;
}

std::shared_ptr<const ServedModels::Loaded> ServedModels::load(const Slot& slot) const {
  const std::string& directory = slot.model.directory;
  Loaded model;
  model.options = options_;
  model.options.model = directory;
  LoadedModel weights = load_model(model.options, notice_);
  model.fingerprint = weights.fingerprint;
  follow_model(line_, weights.config, model.options);
  if (std::filesystem::exists(std::filesystem::path(directory) / kQualityFile))
    model.quality = load_quality(directory, model.fingerprint);
  model.engine = make_engine(std::move(weights), model.options, workers_);
  return std::make_shared<const Loaded>(std::move(model));
}

// Drops the models that have not been used for the longest time. Who translates with one keeps it until that is done.
void ServedModels::make_room(std::size_t for_slot) {
  if (memory_ == 0) return;
  const std::lock_guard lock(mutex_);
  while (true) {
    std::uint64_t bytes = slots_[for_slot]->bytes;
    std::optional<std::size_t> oldest;
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      if (!slots_[i]->loaded || i == for_slot) continue;
      bytes += slots_[i]->bytes;
      if (!oldest || slots_[i]->used < slots_[*oldest]->used) oldest = i;
    }
    if (bytes <= memory_ || !oldest) return;
    slots_[*oldest]->loaded.reset();
    std::erase_if(made_, [&](const Made& made) { return std::ranges::count(made.slots, *oldest) > 0; });
  }
}

void ServedModels::load_all() {
  for (std::size_t i = 0; i < slots_.size(); ++i) loaded(i);
}

std::vector<ServedModels::State> ServedModels::states() const {
  const std::lock_guard lock(mutex_);
  std::vector<State> states;
  for (const auto& slot : slots_) states.push_back({slot->model.directory, slot->loaded != nullptr});
  return states;
}

}  // namespace dragoman
