#pragma once

#include <QUrl>

class QWidget;

namespace entvas {

struct SessionProblem;

// What the user wants to do about a server that could not start.
struct ProblemChoice {
    enum class Kind { ConnectTo, OtherPort, TryAgain, OtherServer, Leave, Quit };
    Kind kind = Kind::Leave;
    QUrl url;         // ConnectTo
    quint16 port = 0; // OtherPort
};

// Says in one sentence what is wrong and offers every way on that there is.
ProblemChoice askAboutProblem(const SessionProblem &problem, QWidget *parent);

} // namespace entvas
