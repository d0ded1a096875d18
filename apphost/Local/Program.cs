using System.Runtime.InteropServices;
using EServices.Local;
using EServices.Local.DeadLetters;
using EServices.Local.Demo;

if (args is [DeadLettersCommand.Name, .. var rest])
{
    using var ended = new CancellationTokenSource();
    using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
    {
        signal.Cancel = true;
        ended.Cancel();
    });
    try
    {
        return await DeadLettersCommand.RunAsync(rest, Console.Out, Console.Error, Environment.GetEnvironmentVariable, ended.Token);
    }
    catch (OperationCanceledException) when (ended.IsCancellationRequested)
    {
        return 130;
    }
}

CommandLine command;
try
{
    command = CommandLine.Parse(args);
}
catch (UsageException wrong)
{
    Console.Error.WriteLine($"{wrong.Message}\n\n{CommandLine.Usage}");
    return 2;
}
if (command.Help)
{
    Console.WriteLine(CommandLine.Usage);
    return 0;
}

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Ask);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Ask);
using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Ask);
try
{
    return command.Demo
        ? await DemoCommand.RunAsync(command.Options, command.Json, stop.Token)
        : await RunCommand.RunAsync(command.Options, stop.Token);
}
catch (StackException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return command.Demo ? 130 : 0;
}

void Ask(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
