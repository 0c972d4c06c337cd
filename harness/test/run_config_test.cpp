#include "harness/run/run_config.h"

#include <functional>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using namespace std::chrono_literals;

RunConfig with(const std::function<void(RunConfig*)>& change) {
  RunConfig config;
  change(&config);
  return config;
}

// What complete() says of the defaults with one change.
std::string refusal_of(const std::function<void(RunConfig*)>& change) {
  const Result<RunConfig> completed = complete(with(change));
  if (completed) return "accepted";
  EXPECT_EQ(completed.error().code, ErrorCode::kInvalidArgument);
  return completed.error().context;
}

// What reading a JSON object with this one field says.
std::string json_refusal_of(const char* name, const Json& value) {
  const Result<RunConfig> config = run_config_from_json(Json{{name, value}});
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, ErrorCode::kCorrupt);
  return config.error().context;
}

RunConfig everything_changed() {
  RunConfig c;
  c.system = "other";
  c.nodes = 7;
  c.n = 6;
  c.r = 2;
  c.w = 5;
  c.mode = Approach::kClient;
  c.version_scheme = "clock";
  c.read_mode = "none";
  c.fan_out = "exact";
  c.durability = "periodic";
  c.hinted_handoff = true;
  c.plain_text = true;
  c.anti_entropy_interval = 350ms;
  c.timeout = 250ms;
  c.workload = "set";
  c.keys = 11;
  c.read_share = 0.25;
  c.key_distribution = KeyDistribution::kZipf;
  c.writers = Writers::kOnePerKey;
  c.probe_delay = 75ms;
  c.concurrency = 33;
  c.rate = 1234.5;
  c.time = 90s;
  c.max_operations = 777;
  c.nemesis = {"kill", "partition:halves", "kill"};
  c.nemesis_interval = 1500ms;
  c.network = NetworkKind::kNone;
  c.seed = 18'446'744'073'709'551'557U;  // does not fit into a double, nor into a signed number
  c.demanded = {Property::kConverges, Property::kLatest};
  c.expect_violation = Property::kLinearizable;
  return c;
}

TEST(RunConfig, HasTheDefaultsOfTheCommandLine) {
  const RunConfig c = complete(RunConfig{}).value();
  EXPECT_EQ(c.system, "quorate");
  EXPECT_EQ(c.nodes, 5);
  EXPECT_EQ(c.mode, Approach::kCoordinator);
  EXPECT_EQ(c.version_scheme, "two-phase");
  EXPECT_EQ(c.read_mode, "write-back");
  EXPECT_EQ(c.fan_out, "all");
  EXPECT_EQ(c.durability, "batch");
  EXPECT_EQ(c.timeout, 1s);
  EXPECT_EQ(c.workload, "register");
  EXPECT_EQ(c.keys, 5);
  EXPECT_EQ(c.read_share, 0.5);
  EXPECT_EQ(c.key_distribution, KeyDistribution::kUniform);
  EXPECT_EQ(c.writers, Writers::kAny);
  EXPECT_EQ(c.probe_delay, 20ms);
  EXPECT_EQ(c.concurrency, 10);
  EXPECT_EQ(c.rate, 0);
  EXPECT_EQ(c.time, 10s);
  EXPECT_EQ(c.max_operations, 10'000'000);
  EXPECT_TRUE(c.nemesis.empty());
  EXPECT_EQ(c.nemesis_interval, 2s);
  EXPECT_EQ(c.network, NetworkKind::kAuto);
  EXPECT_FALSE(c.expect_violation);
}

TEST(RunConfig, TakesTheDefaultsOfItsWorkload) {
  RunConfig c = complete(with([](RunConfig* config) { config->workload = "set"; })).value();
  EXPECT_EQ(c.keys, 2'000) << "in proportion to the ten seconds";
  EXPECT_EQ(c.read_share, 0.5);
  c = complete(with([](RunConfig* config) {
        config->workload = "durability";
        config->keys = 300;
      })).value();
  EXPECT_EQ(c.keys, 300);
  EXPECT_EQ(c.read_share, 0);
}

TEST(RunConfig, TellsTheWorkloadWhatItRunsOn) {
  const RunConfig c = everything_changed();
  const WorkloadOptions options = workload_options(c);
  EXPECT_EQ(options.keys, 11);
  EXPECT_EQ(options.read_share, 0.25);
  EXPECT_EQ(options.key_distribution, KeyDistribution::kZipf);
  EXPECT_EQ(options.writers, Writers::kOnePerKey);
  EXPECT_EQ(options.probe_delay, 75ms);
  EXPECT_EQ(options.clients, 33);
  EXPECT_EQ(options.nodes, 7);
  EXPECT_EQ(options.time, 90s);
}

TEST(RunConfig, CompletesQuorumsToTheMajorityOfN) {
  const std::vector<int> majorities{0, 1, 2, 2, 3, 3, 4, 4};
  for (int nodes = 1; nodes <= 7; ++nodes) {
    const RunConfig c = complete(with([&](RunConfig* config) { config->nodes = nodes; })).value();
    EXPECT_EQ(c.n, nodes);
    EXPECT_EQ(c.r, majorities[static_cast<std::size_t>(nodes)]) << nodes;
    EXPECT_EQ(c.w, majorities[static_cast<std::size_t>(nodes)]) << nodes;
  }
}

TEST(RunConfig, TakesTheMajorityOfNAndNotOfTheNodes) {
  const RunConfig c = complete(with([](RunConfig* config) {
                        config->nodes = 9;
                        config->n = 3;
                      })).value();
  EXPECT_EQ(c.n, 3);
  EXPECT_EQ(c.r, 2);
  EXPECT_EQ(c.w, 2);
}

TEST(RunConfig, KeepsQuorumsThatWereGiven) {
  const RunConfig c = complete(with([](RunConfig* config) {
                        config->r = 1;
                        config->w = 5;
                      })).value();
  EXPECT_EQ(c.r, 1);
  EXPECT_EQ(c.w, 5);
}

TEST(RunConfig, RefusesSizesOutOfBoundsAndNamesOptionAndBounds) {
  const auto says = [](const char* option, const char* bounds) {
    return AllOf(HasSubstr(option), HasSubstr(bounds));
  };
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->nodes = 0; }), says("--nodes is 0", "1 and 100"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->nodes = 101; }), says("--nodes", "1 and 100"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->n = 6; }), says("--n is 6", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->n = -1; }), says("--n is -1", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->r = 6; }), says("--r is 6", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->r = -1; }), says("--r is -1", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->w = 6; }), says("--w is 6", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->w = -1; }), says("--w is -1", "1 and 5"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->keys = 0; }), says("--keys is 0", "1 and 1000000"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->keys = 1'000'001; }), HasSubstr("--keys"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->concurrency = 0; }),
              says("--concurrency is 0", "1 and 10000"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->concurrency = 10'001; }),
              HasSubstr("--concurrency"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->max_operations = 0; }),
              says("--max-operations is 0", "1 and 1000000000"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->max_operations = 1'000'000'001; }),
              HasSubstr("--max-operations"));
}

TEST(RunConfig, RefusesAmountsOutOfBoundsAndNamesOptionAndBounds) {
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  const auto share = AllOf(HasSubstr("--read-share"), HasSubstr("0 and 1"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->read_share = -0.01; }), share);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->read_share = 1.01; }), share);
  EXPECT_THAT(
      refusal_of([](RunConfig* c) { c->read_share = std::numeric_limits<double>::quiet_NaN(); }),
      share);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->rate = -1; }), HasSubstr("--rate is -1"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->rate = 1e8; }), HasSubstr("--rate"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->rate = kNan; }), HasSubstr("--rate is nan"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->probe_delay = 999us; }),
              AllOf(HasSubstr("--probe-delay"), HasSubstr("1ms and 60s")));
  const auto timeout = AllOf(HasSubstr("--timeout"), HasSubstr("10ms and 60s"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->timeout = 9ms; }), timeout);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->timeout = 61s; }), timeout);
  const auto time = AllOf(HasSubstr("--time is"), HasSubstr("100ms and 24h"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->time = 99ms; }), time);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->time = 25h; }), time);
  const auto anti_entropy = AllOf(HasSubstr("--anti-entropy-interval"), HasSubstr("10ms and 1h"));
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->anti_entropy_interval = 9ms; }), anti_entropy);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->anti_entropy_interval = 61min; }), anti_entropy);
  EXPECT_THAT(refusal_of([](RunConfig* c) { c->nemesis_interval = 99ms; }),
              AllOf(HasSubstr("--nemesis-interval is 99ms"), HasSubstr("at least 100ms")));
}

TEST(RunConfig, AcceptsTheBoundsThemselves) {
  const std::vector<std::function<void(RunConfig*)>> changes{
      [](RunConfig* c) { c->nodes = 1; },
      [](RunConfig* c) { c->nodes = 100; },
      [](RunConfig* c) { c->r = c->w = 1; },
      [](RunConfig* c) { c->r = c->w = 5; },
      [](RunConfig* c) { c->keys = 1; },
      [](RunConfig* c) { c->keys = 1'000'000; },
      [](RunConfig* c) { c->concurrency = 10'000; },
      [](RunConfig* c) { c->max_operations = 1; },
      [](RunConfig* c) { c->max_operations = 1'000'000'000; },
      [](RunConfig* c) { c->read_share = 0; },
      [](RunConfig* c) { c->read_share = 1; },
      [](RunConfig* c) { c->timeout = 10ms; },
      [](RunConfig* c) { c->timeout = 60s; },
      [](RunConfig* c) { c->time = 100ms; },
      [](RunConfig* c) { c->time = 24h; },
      [](RunConfig* c) { c->anti_entropy_interval = 10ms; },
      [](RunConfig* c) { c->anti_entropy_interval = 1h; },
      [](RunConfig* c) { c->nemesis_interval = 100ms; }};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(refusal_of(changes[i]), "accepted") << "change " << i;
  }
}

TEST(RunConfig, ComesBackFromItsJsonFormWithEveryField) {
  const RunConfig c = everything_changed();
  const RunConfig back = run_config_from_json(to_json(c)).value();
  EXPECT_EQ(to_json(back), to_json(c));
  EXPECT_EQ(back.system, c.system);
  EXPECT_EQ(back.nodes, c.nodes);
  EXPECT_EQ(back.n, c.n);
  EXPECT_EQ(back.r, c.r);
  EXPECT_EQ(back.w, c.w);
  EXPECT_EQ(back.mode, c.mode);
  EXPECT_EQ(back.version_scheme, c.version_scheme);
  EXPECT_EQ(back.read_mode, c.read_mode);
  EXPECT_EQ(back.fan_out, c.fan_out);
  EXPECT_EQ(back.durability, c.durability);
  EXPECT_EQ(back.hinted_handoff, c.hinted_handoff);
  EXPECT_EQ(back.plain_text, c.plain_text);
  EXPECT_EQ(back.anti_entropy_interval, c.anti_entropy_interval);
  EXPECT_EQ(back.timeout, c.timeout);
  EXPECT_EQ(back.workload, c.workload);
  EXPECT_EQ(back.keys, c.keys);
  EXPECT_EQ(back.read_share, c.read_share);
  EXPECT_EQ(back.key_distribution, c.key_distribution);
  EXPECT_EQ(back.writers, c.writers);
  EXPECT_EQ(back.probe_delay, c.probe_delay);
  EXPECT_EQ(back.concurrency, c.concurrency);
  EXPECT_EQ(back.rate, c.rate);
  EXPECT_EQ(back.time, c.time);
  EXPECT_EQ(back.max_operations, c.max_operations);
  EXPECT_EQ(back.nemesis, c.nemesis);
  EXPECT_EQ(back.nemesis_interval, c.nemesis_interval);
  EXPECT_EQ(back.network, c.network);
  EXPECT_EQ(back.seed, c.seed);
  EXPECT_EQ(back.demanded, c.demanded);
  EXPECT_EQ(back.expect_violation, c.expect_violation);
}

TEST(RunConfig, ComesBackAlsoFromTheTextOfItsJsonForm) {
  const RunConfig c = everything_changed();
  const Json parsed = parse_json(to_json(c).dump(2), "test.json").value();
  EXPECT_EQ(to_json(run_config_from_json(parsed).value()), to_json(c));
}

TEST(RunConfig, KeepsEveryMillisecondOfADuration) {
  for (const Duration time : {Duration(101ms), Duration(1234567ms), Duration(86399999ms)}) {
    const RunConfig c = complete(with([&](RunConfig* config) { config->time = time; })).value();
    EXPECT_EQ(run_config_from_json(to_json(c)).value().time, time) << to_json(c)["time"];
  }
}

TEST(RunConfig, ReadsAnEmptyObjectAsTheDefaults) {
  const RunConfig c = run_config_from_json(Json::object()).value();
  EXPECT_EQ(to_json(c), to_json(complete(RunConfig{}).value()));
  EXPECT_FALSE(to_json(c).contains("property"));
  EXPECT_FALSE(to_json(c).contains("expect-violation"));
}

TEST(RunConfig, RefusesJsonThatIsNoObject) {
  for (const Json& json : {Json::array(), Json("text"), Json(1), Json()}) {
    const Result<RunConfig> config = run_config_from_json(json);
    ASSERT_FALSE(config) << json;
    EXPECT_EQ(config.error().code, ErrorCode::kCorrupt);
    EXPECT_THAT(config.error().context, HasSubstr("must be an object"));
  }
}

TEST(RunConfig, RefusesTextWhereANumberBelongsByTheFieldsName) {
  for (const char* name : {"nodes", "n", "r", "w", "keys", "read-share", "concurrency", "rate",
                           "max-operations", "seed"}) {
    EXPECT_EQ(json_refusal_of(name, "5"), std::string(name) + " must be a number");
    EXPECT_EQ(json_refusal_of(name, Json::array({5})), std::string(name) + " must be a number");
    EXPECT_EQ(json_refusal_of(name, Json()), std::string(name) + " must be a number");
  }
}

TEST(RunConfig, RefusesNumbersThatDoNotFitTheirField) {
  EXPECT_THAT(json_refusal_of("nodes", 2.5), HasSubstr("nodes must be"));
  EXPECT_THAT(json_refusal_of("nodes", true), HasSubstr("nodes must be"));
  EXPECT_THAT(json_refusal_of("nodes", 4'294'967'301), HasSubstr("nodes must be"));
  EXPECT_THAT(json_refusal_of("seed", -1), HasSubstr("seed must be"));
}

TEST(RunConfig, RefusesANumberWhereANameBelongsByTheFieldsName) {
  for (const char* name :
       {"system", "version-scheme", "read-mode", "fan-out", "durability", "workload"}) {
    EXPECT_EQ(json_refusal_of(name, 5), std::string(name) + " must be a name");
  }
  EXPECT_EQ(json_refusal_of("mode", 5), "mode must be coordinator or client");
  EXPECT_EQ(json_refusal_of("network", 5), "network must be auto, packet, proxy or none");
  EXPECT_EQ(json_refusal_of("expect-violation", 5), "expect-violation must be a property");
}

TEST(RunConfig, RefusesNamesThatDoNotExistByTheFieldsName) {
  EXPECT_EQ(json_refusal_of("mode", "leader"), "mode must be coordinator or client");
  EXPECT_EQ(json_refusal_of("network", "pigeon"), "network must be auto, packet, proxy or none");
  EXPECT_EQ(json_refusal_of("expect-violation", "truth"), "expect-violation must be a property");
  EXPECT_EQ(json_refusal_of("writers", "few"), "writers must be any or one-per-key");
  EXPECT_EQ(json_refusal_of("key-distribution", "flat"),
            "key-distribution must be uniform, zipf or hot-cold");
  EXPECT_EQ(json_refusal_of("property", Json::array({"latest", "truth"})),
            "property must be a list of properties");
}

TEST(RunConfig, RefusesEmptyTextByTheFieldsName) {
  for (const char* name :
       {"mode", "network", "expect-violation", "timeout", "time", "nemesis-interval"}) {
    EXPECT_THAT(json_refusal_of(name, ""), HasSubstr(std::string(name) + " must be"));
  }
}

TEST(RunConfig, RefusesListsOfAWrongTypeByTheFieldsName) {
  EXPECT_EQ(json_refusal_of("nemesis", "kill"), "nemesis must be a list of fault names");
  EXPECT_EQ(json_refusal_of("nemesis", Json::array({1})), "nemesis must be a list of fault names");
  EXPECT_EQ(json_refusal_of("property", "latest"), "property must be a list of properties");
}

TEST(RunConfig, RefusesDurationsOfAWrongFormByTheFieldsName) {
  for (const char* name : {"timeout", "time", "nemesis-interval"}) {
    const std::string expected = std::string(name) + " must be a duration such as \"10s\"";
    EXPECT_EQ(json_refusal_of(name, 10), expected);
    EXPECT_EQ(json_refusal_of(name, "soon"), expected);
    EXPECT_EQ(json_refusal_of(name, "-1s"), expected);
  }
}

TEST(RunConfig, TellsTheFirstFieldThatIsWrong) {
  const Result<RunConfig> config =
      run_config_from_json(Json{{"nodes", "x"}, {"mode", "y"}, {"property", "z"}});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().context, "nodes must be a number");
}

TEST(RunConfig, ChecksTheBoundsOfWhatItReads) {
  const Result<RunConfig> config = run_config_from_json(Json{{"nodes", 3}, {"r", 4}});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(config.error().context, HasSubstr("--r is 4"));
}

TEST(RunConfig, DescribesItselfForPeople) {
  EXPECT_EQ(describe(complete(RunConfig{}).value()),
            "n=5 r=3 w=3 write-back, coordinator, nemesis none");
  RunConfig c = with([](RunConfig* config) {
    config->n = 5;
    config->r = config->w = 2;
    config->read_mode = "none";
    config->mode = Approach::kClient;
    config->nemesis = {"kill", "partition"};
  });
  EXPECT_EQ(describe(c), "n=5 r=2 w=2 no write-back, client, nemesis kill,partition");
  c.nodes = 7;
  c.version_scheme = "clock";
  c.fan_out = "exact";
  c.durability = "none";
  EXPECT_EQ(describe(c),
            "nodes=7 n=5 r=2 w=2 no write-back, clock versions, fan-out exact, durability none, "
            "client, nemesis kill,partition");
  c = with([](RunConfig* config) { config->workload = "sessions"; });
  EXPECT_EQ(describe(complete(c).value()),
            "sessions, n=5 r=3 w=3 write-back, coordinator, nemesis none");
}

TEST(RunConfig, NamesEveryApproachAndNetworkBothWays) {
  for (const Approach approach : {Approach::kCoordinator, Approach::kClient}) {
    EXPECT_EQ(approach_named(name_of(approach)), approach);
  }
  for (const NetworkKind kind : {NetworkKind::kAuto, NetworkKind::kPacket, NetworkKind::kNone}) {
    EXPECT_EQ(network_kind_named(name_of(kind)), kind);
  }
  EXPECT_EQ(name_of(Approach::kCoordinator), "coordinator");
  EXPECT_EQ(name_of(Approach::kClient), "client");
  EXPECT_EQ(name_of(NetworkKind::kAuto), "auto");
  EXPECT_EQ(name_of(NetworkKind::kPacket), "packet");
  EXPECT_EQ(name_of(NetworkKind::kNone), "none");
  EXPECT_FALSE(approach_named("Client"));
  EXPECT_FALSE(network_kind_named(""));
}

}  // namespace
}  // namespace quorate
