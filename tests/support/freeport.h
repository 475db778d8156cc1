#pragma once

#include <QTcpServer>

namespace entvas::test {

// A port of this machine that nothing listens to just now; 0 when there is none.
inline quint16 freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost) ? probe.serverPort() : quint16(0);
}

} // namespace entvas::test
