// What the values of Jepsen's operations mean here: pure functions of EDN values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "results/edn.h"
#include "results/operation.h"
#include "results/text_error.h"

namespace quorate {

// "FIELD: expected WHAT, found VALUE", at the value.
TextError expected(std::string_view field, std::string_view what, const EdnValue& value);

// :read and :get, :write and :put, the others under the names of results/operation.h.
std::optional<Function> jepsen_function_named(std::string_view name);
std::string jepsen_function_names();  // for errors

// Whether the value is a vector or list of `size` members.
bool is_sequence(const EdnValue& value, std::size_t size);

// The pair of a value that is tagged as a tuple of jepsen.independent (#jepsen.independent.tuple
// [k v]), else null.
const EdnValue* pair_in(const EdnValue& value);

// Text for people: a string or name as it is, else JSON.
std::string plain_text(const EdnValue& value);

// The JSON of an invoked value into *json; for a transaction its shape too. Checks that a cas has
// [expected new], a transaction its steps. "" is null.
std::optional<TextError> invoked_value(Function function, const EdnValue& value, std::string* json,
                                       std::string* shape);

enum class TransactionReads { kAll, kWithoutNil };

// [[:r :x 1] [:write :y 2]] as [["r","x",1],["w","y",2]] into *json; the same with null for what
// was read, and complete, into *shape.
std::optional<TextError> transaction_value(const EdnValue& value, TransactionReads reads,
                                           std::string* json, std::string* shape);

}  // namespace quorate
