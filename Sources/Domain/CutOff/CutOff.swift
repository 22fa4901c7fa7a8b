// CutOff
