#include "app/engine_shelf.h"

#include "app/model_loading.h"
#include "decoding/engine/shortlist.h"
#include "model/device.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace dragoman {

ReadyEngine EngineShelf::get(const TranslationOptions& options, const Notice& notice) {
  const std::lock_guard lock(mutex_);
  const auto known = std::ranges::find_if(loaded_, [&](const Loaded& one) {
    return one.model == options.model && one.precision == options.precision && one.shortlist == options.shortlist;
  });
  if (known != loaded_.end()) return known->ready;
  if (!workers_) workers_ = std::make_shared<const Workers>(options.threads, device_named(options.device));
  LoadedModel model = load_model(options, notice);
  ReadyEngine ready{nullptr, model.fingerprint};
  ready.engine = make_engine(std::move(model), options, workers_);
  if (options.shortlist) ready.fingerprint += fmt::format("-{}", shortlist_fingerprint(options.model));
  loaded_.push_back({options.model, options.precision, options.shortlist, ready});
  return ready;
}

}  // namespace dragoman
