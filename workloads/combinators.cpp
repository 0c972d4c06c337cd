#include "workloads/combinators.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/core.h>

namespace quorate {
namespace {

bool is_done(const Next& next) { return std::holds_alternative<Done>(next); }
bool is_operation(const Next& next) { return std::holds_alternative<Invocation>(next); }

class FromFunction final : public Generator {
 public:
  explicit FromFunction(std::function<Invocation(const Asked&, RandomStream*)> function)
      : function_(std::move(function)) {}

  Next next(const Asked& asked, RandomStream* random) override { return function_(asked, random); }

 private:
  std::function<Invocation(const Asked&, RandomStream*)> function_;
};

class Limit final : public Generator {
 public:
  Limit(std::int64_t count, GeneratorPtr inner) : left_(count), inner_(std::move(inner)) {
    QUORATE_CHECK(count >= 0);
  }

  Next next(const Asked& asked, RandomStream* random) override {
    if (left_ == 0) return Done{};
    Next next = inner_->next(asked, random);
    if (is_operation(next)) --left_;
    return next;
  }

 private:
  std::int64_t left_;
  GeneratorPtr inner_;
};

class Mix final : public Generator {
 public:
  explicit Mix(std::vector<Weighted> parts) : parts_(std::move(parts)) {
    QUORATE_CHECK(!parts_.empty());
    for (const Weighted& part : parts_) QUORATE_CHECK(part.weight > 0);
  }

  Next next(const Asked& asked, RandomStream* random) override {
    std::set<std::size_t>& done = done_[asked.client];
    while (done.size() < parts_.size()) {
      const std::size_t drawn = draw(done, random);
      Next next = parts_[drawn].generator->next(asked, random);
      if (!is_done(next)) return next;
      done.insert(drawn);
    }
    return Done{};
  }

 private:
  std::size_t draw(const std::set<std::size_t>& done, RandomStream* random) const {
    double sum = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) sum += done.contains(i) ? 0 : parts_[i].weight;
    double at = random->uniform() * sum;
    std::size_t last = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (done.contains(i)) continue;
      last = i;
      if (at < parts_[i].weight) return i;
      at -= parts_[i].weight;
    }
    return last;  // rounding
  }

  std::vector<Weighted> parts_;
  std::map<std::int32_t, std::set<std::size_t>> done_;  // by client
};

class Phases final : public Generator {
 public:
  Phases(std::int32_t clients, std::vector<GeneratorPtr> parts)
      : clients_(clients), parts_(std::move(parts)) {
    QUORATE_CHECK(clients >= 1);
  }

  Next next(const Asked& asked, RandomStream* random) override {
    QUORATE_CHECK(asked.client >= 0 && asked.client < clients_);
    while (at_ < parts_.size()) {
      if (!through_.contains(asked.client)) {
        Next next = parts_[at_]->next(asked, random);
        if (!is_done(next)) return next;
        through_.insert(asked.client);
      }
      if (through_.size() < static_cast<std::size_t>(clients_)) {
        return WaitUntil{asked.now + kPhasePoll};
      }
      ++at_;
      through_.clear();
    }
    return Done{};
  }

 private:
  std::int32_t clients_;
  std::vector<GeneratorPtr> parts_;
  std::size_t at_ = 0;
  std::set<std::int32_t> through_;  // clients for which the part is done
};

class PerClient final : public Generator {
 public:
  explicit PerClient(std::function<GeneratorPtr(std::int32_t)> make) : make_(std::move(make)) {}

  Next next(const Asked& asked, RandomStream* random) override {
    GeneratorPtr& own = own_[asked.client];
    if (!own) own = make_(asked.client);
    return own->next(asked, random);
  }

 private:
  std::function<GeneratorPtr(std::int32_t)> make_;
  std::map<std::int32_t, GeneratorPtr> own_;
};

class PerKey final : public Generator {
 public:
  PerKey(KeyChoice keys, std::function<GeneratorPtr(const std::string&)> make)
      : keys_(std::move(keys)), make_(std::move(make)), own_(keys_.keys().size()) {}

  Next next(const Asked& asked, RandomStream* random) override {
    const std::size_t drawn = keys_.draw(random);
    for (std::size_t i = 0; i < own_.size(); ++i) {
      const std::size_t key = (drawn + i) % own_.size();
      if (!own_[key]) own_[key] = make_(keys_.keys()[key]);
      Next next = own_[key]->next(asked, random);
      if (auto* invocation = std::get_if<Invocation>(&next)) invocation->key = keys_.keys()[key];
      if (!is_done(next)) return next;
    }
    return Done{};
  }

 private:
  KeyChoice keys_;
  std::function<GeneratorPtr(const std::string&)> make_;
  std::vector<GeneratorPtr> own_;  // by key
};

class Stagger final : public Generator {
 public:
  Stagger(std::uint64_t seed, Duration mean_gap, GeneratorPtr inner)
      : seed_(seed), mean_gap_(mean_gap), inner_(std::move(inner)) {
    QUORATE_CHECK(mean_gap > Duration::zero());
  }

  Next next(const Asked& asked, RandomStream* random) override {
    auto found = arrivals_.find(asked.client);
    if (found == arrivals_.end()) {
      RandomStream own(seed_, fmt::format("arrivals/{}", asked.client));
      const Duration first = gap(&own);
      found = arrivals_.emplace(asked.client, Arrivals{own, first}).first;
    }
    Arrivals& arrivals = found->second;
    if (arrivals.due > asked.now) return WaitUntil{arrivals.due};
    Next next = inner_->next(asked, random);
    if (is_operation(next)) arrivals.due += gap(&arrivals.random);
    return next;
  }

 private:
  struct Arrivals {
    RandomStream random;
    Duration due;  // of the next operation
  };

  Duration gap(RandomStream* random) const {
    const double gap_ns = -std::log1p(-random->uniform()) * static_cast<double>(mean_gap_.count());
    return Duration(static_cast<Duration::rep>(std::min(gap_ns, 1e18)));
  }

  std::uint64_t seed_;
  Duration mean_gap_;
  GeneratorPtr inner_;
  std::map<std::int32_t, Arrivals> arrivals_;  // by client
};

}  // namespace

GeneratorPtr from_function(std::function<Invocation(const Asked&, RandomStream*)> function) {
  return std::make_unique<FromFunction>(std::move(function));
}

GeneratorPtr limit(std::int64_t count, GeneratorPtr inner) {
  return std::make_unique<Limit>(count, std::move(inner));
}

GeneratorPtr mix(std::vector<Weighted> parts) { return std::make_unique<Mix>(std::move(parts)); }

GeneratorPtr phases(std::int32_t clients, std::vector<GeneratorPtr> parts) {
  return std::make_unique<Phases>(clients, std::move(parts));
}

GeneratorPtr per_client(std::function<GeneratorPtr(std::int32_t client)> make) {
  return std::make_unique<PerClient>(std::move(make));
}

GeneratorPtr per_key(KeyChoice keys, std::function<GeneratorPtr(const std::string& key)> make) {
  return std::make_unique<PerKey>(std::move(keys), std::move(make));
}

GeneratorPtr stagger(std::uint64_t seed, Duration mean_gap, GeneratorPtr inner) {
  return std::make_unique<Stagger>(seed, mean_gap, std::move(inner));
}

}  // namespace quorate
