namespace IpActors.Science;

/// <summary>
/// Bad input of a user: one line that says what is wrong, where, and the remedy. The command line prints it to stderr and exits with 2; nothing has been changed.
/// </summary>
public sealed class InputException(string message) : Exception(message.ReplaceLineEndings(" "));
