#pragma once

#include <string_view>

namespace dragoman {

/// How a model cuts text into pieces.
enum class Segmentation { unigram, bpe, other };

/// What SentencePiece's interface does not tell of a model file, a serialised ModelProto (sentencepiece_model.proto).
struct ModelFileFacts {
  bool complete = false;  ///< the trainer_spec is there: a file cut between two pieces, which is valid, has none
  Segmentation segmentation = Segmentation::unigram;
};

ModelFileFacts read_model_file(std::string_view bytes);

}  // namespace dragoman
