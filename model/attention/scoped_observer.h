#pragma once

#include "model/attention/attention_observer.h"
#include "model/seq2seq_model.h"

namespace dragoman {

/// Lets `observer` see the attentions of `model` as long as this lives; both must outlive it.
class ScopedObserver {
 public:
  ScopedObserver(Seq2SeqModel& model, AttentionObserver& observer) : context_(model.context()) {
    context_.observer = &observer;
  }
  ~ScopedObserver() { context_.observer = nullptr; }
  ScopedObserver(const ScopedObserver&) = delete;
  ScopedObserver& operator=(const ScopedObserver&) = delete;

 private:
  ForwardContext& context_;
};

}  // namespace dragoman
