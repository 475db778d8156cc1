#pragma once

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;

namespace entvas {

// Asks under which name a view is saved, and says before that one of the same name would be replaced.
class SaveViewDialog : public QDialog
{
    Q_OBJECT
public:
    SaveViewDialog(const QString &name, const QStringList &taken, QWidget *parent = nullptr);
    QString name() const; // without blanks around it; never empty once accepted

private:
    void follow();

    QString m_before; // saving it again is what is meant
    QStringList m_taken;
    QLineEdit *m_name;
    QLabel *m_note;
    QPushButton *m_save;
};

} // namespace entvas
