#pragma once

#include <QString>
#include <utility>
#include <variant>

namespace entvas {

// What kind of failure it was: code decides by this, people read the sentence. Translated to an HTTP status or an
// exit code exactly once, at the edge.
enum class Fault {
    BadInput,        // the caller's data is wrong; sending it again changes nothing
    Unauthenticated, // no or unknown credentials
    Denied,          // known, but not allowed
    NotFound,        // no such thing
    TooLarge,        // over a named limit
    Busy,            // a queue or a rate is full; the same call may work later
    Unavailable,     // a service that we need does not answer; the same call may work later
    Storage,         // the database refused, and will again
    Configuration,   // a setting is wrong
    Internal,        // ours
};

// A failure has a kind for code and one sentence for people that says what to do.
struct Failure {
    Fault kind = Fault::Internal;
    QString text;
    // What callers over the network get in its place, where it names users, addresses or tables. Empty: the text.
    QString outside = {};

    const QString &forCallers() const { return outside.isEmpty() ? text : outside; }
};

// Either a value or a failure. std::expected is not in C++20.
template <class T>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_state(std::in_place_index<0>, std::move(value)) {}
    Result(Failure failure) : m_state(std::in_place_index<1>, std::move(failure)) {}
    Result(Fault kind, QString text) : m_state(std::in_place_index<1>, Failure{kind, std::move(text)}) {}

    bool ok() const { return m_state.index() == 0; }
    explicit operator bool() const { return ok(); }
    T &value() { return std::get<0>(m_state); }
    const T &value() const { return std::get<0>(m_state); }
    const Failure &failure() const { return std::get<1>(m_state); }
    T &operator*() { return value(); }
    const T &operator*() const { return value(); }
    T *operator->() { return &value(); }
    const T *operator->() const { return &value(); }

private:
    std::variant<T, Failure> m_state;
};

template <>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Failure failure) : m_failed(true), m_failure(std::move(failure)) {}
    Result(Fault kind, QString text) : m_failed(true), m_failure{kind, std::move(text)} {}

    bool ok() const { return !m_failed; }
    explicit operator bool() const { return ok(); }
    const Failure &failure() const { return m_failure; }

private:
    bool m_failed = false;
    Failure m_failure;
};

} // namespace entvas
