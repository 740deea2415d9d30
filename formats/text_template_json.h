#pragma once

#include "model/text_template.h"

#include <nlohmann/json.hpp>

namespace dragoman {

/// The template as an object with a key for each part that is not usual: lists of ids, among which the places are
/// called "source-lang", "target-lang" and "end"; languages with their tokens.
nlohmann::ordered_json text_template_to_json(const TextTemplate& form);

/// Throws std::invalid_argument for what is no such object. Whether ids are in range is not looked at.
TextTemplate text_template_from_json(const nlohmann::ordered_json& json);

}  // namespace dragoman
