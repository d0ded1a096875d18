using System.Diagnostics;
using EServices.Local.Processes;

namespace EServices.Local.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Parse_Nothing_ServesOnTheUsualPortAndKeepsData()
    {
        var command = CommandLine.Parse([]);
        Assert.Equal((8080, ".data", true), (command.Options.GatewayPort, command.Options.Data, command.Options.Install));
        Assert.Equal((false, false, false), (command.Demo, command.Json, command.Help));
    }

    [Fact]
    public void Parse_EveryOption_IsTaken()
    {
        var command = CommandLine.Parse(["--gateway-port", "9000", "--data=/d", "--mongodb", "mongodb://m", "--rabbitmq=amqp://r?x=y", "--pack", "/p", "--no-install"]);
        Assert.Equal(9000, command.Options.GatewayPort);
        Assert.Equal("/d", command.Options.Data);
        Assert.Equal("mongodb://m", command.Options.MongoDb);
        Assert.Equal("amqp://r?x=y", command.Options.RabbitMq);
        Assert.Equal("/p", command.Options.Pack);
        Assert.False(command.Options.Install);
        Assert.Null(CommandLine.Parse(["--ephemeral"]).Options.Data);
    }

    [Fact]
    public void Parse_Demo_TakesAFreePortAndKeepsNothing()
    {
        var command = CommandLine.Parse(["demo", "--json"]);
        Assert.True(command.Demo && command.Json);
        Assert.Null(command.Options.GatewayPort);
        Assert.Null(command.Options.Data);
    }

    [Theory]
    [InlineData("'--colour' is not understood", "--colour")]
    [InlineData("'run' is not understood", "run")]
    [InlineData("'demo' is not understood", "--ephemeral", "demo")]
    [InlineData("'--ephemeral=yes' is not understood", "--ephemeral=yes")]
    [InlineData("--data needs a value", "--data")]
    [InlineData("--data needs a value", "--data", "--ephemeral")]
    [InlineData("--pack needs a value", "--pack=")]
    [InlineData("'eighty' is no port", "--gateway-port", "eighty")]
    [InlineData("'70000' is no port", "--gateway-port", "70000")]
    [InlineData("'0' is no port", "--gateway-port=0")]
    [InlineData("--json belongs to demo", "--json")]
    [InlineData("exclude each other", "--data", "d", "--ephemeral")]
    [InlineData("demo keeps no data", "demo", "--data", "d")]
    public void Parse_WhatIsNotUnderstood_IsNamed(string expected, params string[] arguments) =>
        Assert.Contains(expected, Assert.Throws<UsageException>(() => CommandLine.Parse(arguments)).Message);

    [Fact]
    public async Task Program_UnknownOption_EndsWithTwoAndUsageOnStandardError()
    {
        var (code, output, errors) = await RunAsync("--colour");
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("'--colour' is not understood.", errors);
        Assert.Contains("--gateway-port PORT", errors);
    }

    [Fact]
    public async Task Program_Help_NamesEveryOption()
    {
        var (code, output, errors) = await RunAsync("--help");
        Assert.Equal((0, ""), (code, errors));
        Assert.All(["--gateway-port", "--data", "--ephemeral", "--mongodb", "--rabbitmq", "--pack", "--no-install", "--help", "demo", "--json"], option => Assert.Contains(option, output));
    }

    [Fact]
    public async Task Program_APackThatIsNotThere_EndsWithOne()
    {
        var (code, _, errors) = await RunAsync("--ephemeral", "--pack", "/nowhere");
        Assert.Equal(1, code);
        Assert.Contains("no pack at /nowhere", errors);
    }

    private static async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(Tools.DotNet, [typeof(Stack).Assembly.Location, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await errors);
    }
}
