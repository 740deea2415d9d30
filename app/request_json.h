#pragma once

#include "tokenizer/glossary.h"

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace dragoman {

/// Throws std::invalid_argument naming `what` if it is no text.
std::string text_of_json(const nlohmann::ordered_json& value, const std::string& what);

/// Of an object: of each term what it is translated as, one text or several; null: as it stands. Throws
/// std::invalid_argument for anything else.
std::vector<GlossaryTerm> terms_of_json(const nlohmann::ordered_json& value);

/// Throws std::invalid_argument for a blank term or translation.
void check_terms(std::span<const GlossaryTerm> terms);

}  // namespace dragoman
