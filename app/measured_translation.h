#pragma once

#include "app/translation_options.h"
#include "base/notice.h"

#include <string>
#include <vector>

namespace dragoman {

/// A source with its reference, by which ways of translating are compared.
class MeasuredTranslation {
 public:
  /// Throws std::runtime_error if they do not have the same number of lines, or none.
  MeasuredTranslation(const std::string& source, const std::string& reference);

  /// "BLEU 39.02, 5210 tokens/s"; the loading of the model is left out.
  std::string measure(const TranslationOptions& options, const Notice& notice) const;

 private:
  std::vector<std::string> sources_, references_;
};

}  // namespace dragoman
