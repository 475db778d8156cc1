#pragma once

#include "core/base/result.h"

#include <QMetaType>

namespace entvas {

// Why the desktop's own server is not there, so that a dialog can offer the right way on.
struct SessionProblem {
    enum class Kind {
        PortTakenByEntvas, // another Entvas answers there: connect to it
        PortTaken,         // somebody else holds the port
        StoreFailed,       // the database can't be opened
        BadSettings,       // a setting is wrong
        Other,
    };
    Kind kind = Kind::Other;
    Failure failure;
    quint16 port = 0; // of the server that did not start; 0 = none
};

} // namespace entvas

Q_DECLARE_METATYPE(entvas::SessionProblem)
