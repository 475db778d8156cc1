#pragma once

#include <QProgressDialog>

namespace entvas {

class RawExport;

// How far an export of raw events is, while one goes on looking; cancels it. Goes with it.
class RawExportDialog : public QProgressDialog
{
    Q_OBJECT
public:
    // `expected`: how many events there should be; retention may have removed some of them.
    RawExportDialog(qint64 expected, QWidget *window);
    void follow(RawExport *raw); // a child of this

private:
    void draw(qint64 events);

    qint64 m_expected;
};

} // namespace entvas
