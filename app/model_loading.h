#pragma once

#include "app/translation_options.h"
#include "base/notice.h"
#include "decoding/engine/engine.h"
#include "decoding/engine/workers.h"
#include "formats/model_directory.h"

#include <memory>

namespace dragoman {

/// Loads the model onto the device and in the precision that the options name. `notice` hears of a precision that this
/// machine does not have.
LoadedModel load_model(const TranslationOptions& options, const Notice& notice);

/// Of a model that has been loaded, with its shortlist if the options ask for it. workers: else it has its own.
std::shared_ptr<const Engine> make_engine(LoadedModel loaded, const TranslationOptions& options,
                                          std::shared_ptr<const Workers> workers = nullptr);

}  // namespace dragoman
