// A set whose elements are keys of a register store: each key is written once, and a read that
// finds something finds the element present.
//
// Nothing of the order is decided here: registers that are written once, with unique values, are
// what register_checker judges exactly, values included (a wrong one is thin air or misdirected).
#pragma once

#include <memory>

#include "checker/checker.h"
#include "checker/objects/element_classes.h"

namespace quorate {

// The verdict of register_checker, with "measures" of the classes of elements added; without a
// single stable element, no-lost-write is kUnknown. nullptr where register_checker is.
std::unique_ptr<Checker> key_elements_checker(Property property);

// The classes of all keys that are written exactly once; `skipped` counts the others, but for keys
// that nobody wrote. Final reads decide, where the history has any. O(n).
ElementClasses classes_of_keys(const History& history, std::uint64_t* skipped);

}  // namespace quorate
