#pragma once

#include "app/attention/attention_view.h"
#include "app/cli/log.h"
#include "app/translation_options.h"
#include "decoding/alignment/word_alignment.h"
#include "model/attention/attention_observer.h"

#include <cstdint>
#include <string>
#include <vector>

namespace dragoman {

struct AttentionOptions {
  TranslationOptions translation;
  std::string source, target;       ///< no target: the model's translations
  std::vector<std::int64_t> lines;  ///< from 1; none: all

  // Files; none where empty.
  std::string html, svg, json, alignment;
  std::string reference;  ///< alignments to compare with
  bool quiet = false;

  AttentionSite::Kind kind = AttentionSite::Kind::cross;
  AlignmentOptions aligning;  ///< its layer and head are those that are drawn, too

  bool has_output() const {
    return !html.empty() || !svg.empty() || !json.empty() || !alignment.empty() || !reference.empty();
  }
};

/// Reads the pairs, has the model read them, and writes what the options ask for.
void run_attention(const AttentionOptions& options, Log& log);

}  // namespace dragoman
