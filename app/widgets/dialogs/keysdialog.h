#pragma once

#include <QDialog>

namespace entvas {

class Actions;

// Every key and every movement of the mouse that does something, by group (F1).
class KeysDialog : public QDialog
{
    Q_OBJECT
public:
    explicit KeysDialog(const Actions &actions, QWidget *parent = nullptr);
};

} // namespace entvas
