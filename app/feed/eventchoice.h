#pragma once

#include <QString>

namespace entvas {

// What the server itself can choose raw events by: exactly these; empty = any.
struct EventChoice {
    QString type;
    QString user;
    bool isEmpty() const { return type.isEmpty() && user.isEmpty(); }
    bool operator==(const EventChoice &) const = default;
};

} // namespace entvas
