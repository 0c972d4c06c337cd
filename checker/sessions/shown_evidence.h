// ShownEvidence: of all violations the few that are explained, spread over keys: the first of each
// key, then the second of each, and so on. Those of one key with one tag tell the same story, and
// only the first is kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "checker/key_index.h"

namespace quorate {

// The operations of one violation.
using EvidenceOps = std::vector<OpIndex>;

// Whatever can be dropped from `ops` is, as long as `violated` still says yes: reads, and writes
// that no kept read needs (`needs(read, write)`). The result is 1-minimal.
inline void minimise(EvidenceOps* ops, const std::function<bool(OpIndex, OpIndex)>& needs,
                     const std::function<bool(const EvidenceOps&)>& violated) {
  bool changed = true;
  while (changed) {
    changed = false;
    for (std::size_t i = ops->size(); i-- > 0;) {
      const OpIndex candidate = (*ops)[i];
      const bool needed = std::any_of(ops->begin(), ops->end(), [&](OpIndex op) {
        return op != candidate && needs(op, candidate);
      });
      if (needed) continue;
      EvidenceOps fewer = *ops;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      if (!violated(fewer)) continue;
      *ops = std::move(fewer);
      changed = true;
      i = std::min(i, ops->size());
    }
  }
}

class ShownEvidence {
 public:
  static constexpr std::size_t kShown = 8;

  bool wants(std::uint32_t key, std::uint64_t tag) const {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return by_key_.size() < kShown;
    return found->second.size() < kShown &&
           std::none_of(found->second.begin(), found->second.end(),
                        [tag](const Kept& kept) { return kept.tag == tag; });
  }
  // REQUIRES: wants(key, tag).
  void keep(std::uint32_t key, std::uint64_t tag, EvidenceOps ops) {
    by_key_[key].push_back({tag, std::move(ops)});
  }
  std::vector<EvidenceOps> take() {
    std::vector<EvidenceOps> shown;
    for (std::size_t round = 0; round < kShown; ++round) {
      for (auto& [key, kept] : by_key_) {
        if (round < kept.size() && shown.size() < kShown) {
          shown.push_back(std::move(kept[round].ops));
        }
      }
    }
    return shown;
  }

 private:
  struct Kept {
    std::uint64_t tag;
    EvidenceOps ops;
  };
  std::map<std::uint32_t, std::vector<Kept>> by_key_;
};

}  // namespace quorate
