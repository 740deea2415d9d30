#pragma once

#include "model/model_config.h"
#include "model/text_frame.h"

#include <string>
#include <vector>

namespace dragoman {

/// Gives a model its languages, and the places where they stand around its texts. behind_source: a source's language
/// stands behind its end rather than in front; begins_target: a translation begins with its language, behind the start
/// token. Such a model has learned sentences that were mined one by one.
void set_language_template(ModelConfig& config, std::vector<Language> languages, bool behind_source,
                           bool begins_target);

/// A pair to try the model with: English to German if it knows them.
LanguagePair some_languages(const TextTemplate& form);

/// For the notes of an import.
std::string note_of_languages(const TextTemplate& form);

}  // namespace dragoman
