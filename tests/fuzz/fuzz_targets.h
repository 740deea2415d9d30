#pragma once

#include <array>
#include <string_view>

namespace dragoman {

// Readers of what may be damaged or hostile, each given any bytes: they may throw what they document, and nothing else
// may happen. Run on the seeds by ctest, and on what libFuzzer makes of them by `./run fuzz NAME`.
void fuzz_byte_level(std::string_view bytes);
void fuzz_byte_level_json(std::string_view bytes);
void fuzz_corpus_tokens(std::string_view bytes);
void fuzz_documents(std::string_view bytes);
void fuzz_lines(std::string_view bytes);
void fuzz_manifest(std::string_view bytes);
void fuzz_marian_binary(std::string_view bytes);
void fuzz_marian_shortlist(std::string_view bytes);
void fuzz_marian_vocabulary(std::string_view bytes);
void fuzz_markup(std::string_view bytes);
void fuzz_model_bin(std::string_view bytes);
void fuzz_model_config(std::string_view bytes);
void fuzz_npz(std::string_view bytes);
void fuzz_pickle(std::string_view bytes);
void fuzz_progress(std::string_view bytes);
void fuzz_quality(std::string_view bytes);
void fuzz_request(std::string_view bytes);
void fuzz_safetensors(std::string_view bytes);
void fuzz_sentencepiece(std::string_view bytes);
void fuzz_shortlist(std::string_view bytes);
void fuzz_token_table(std::string_view bytes);
void fuzz_utf8(std::string_view bytes);
void fuzz_yaml(std::string_view bytes);
void fuzz_zip(std::string_view bytes);

struct FuzzTarget {
  std::string_view name;  ///< of its folder in seeds/, too
  void (*run)(std::string_view bytes);
};

inline constexpr std::array kFuzzTargets = {FuzzTarget{"byte_level", fuzz_byte_level},
                                            FuzzTarget{"byte_level_json", fuzz_byte_level_json},
                                            FuzzTarget{"corpus_tokens", fuzz_corpus_tokens},
                                            FuzzTarget{"documents", fuzz_documents},
                                            FuzzTarget{"lines", fuzz_lines},
                                            FuzzTarget{"manifest", fuzz_manifest},
                                            FuzzTarget{"marian_binary", fuzz_marian_binary},
                                            FuzzTarget{"marian_shortlist", fuzz_marian_shortlist},
                                            FuzzTarget{"marian_vocabulary", fuzz_marian_vocabulary},
                                            FuzzTarget{"markup", fuzz_markup},
                                            FuzzTarget{"model_bin", fuzz_model_bin},
                                            FuzzTarget{"model_config", fuzz_model_config},
                                            FuzzTarget{"npz", fuzz_npz},
                                            FuzzTarget{"pickle", fuzz_pickle},
                                            FuzzTarget{"progress", fuzz_progress},
                                            FuzzTarget{"quality", fuzz_quality},
                                            FuzzTarget{"request", fuzz_request},
                                            FuzzTarget{"safetensors", fuzz_safetensors},
                                            FuzzTarget{"sentencepiece", fuzz_sentencepiece},
                                            FuzzTarget{"shortlist", fuzz_shortlist},
                                            FuzzTarget{"token_table", fuzz_token_table},
                                            FuzzTarget{"utf8", fuzz_utf8},
                                            FuzzTarget{"yaml", fuzz_yaml},
                                            FuzzTarget{"zip", fuzz_zip}};

}  // namespace dragoman
