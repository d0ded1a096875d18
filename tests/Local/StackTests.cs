using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using EServices.AppHosts;
using EServices.Local.Processes;

namespace EServices.Local.Tests;

public sealed class StackTests
{
    private static readonly HttpClient Http = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_ANodeThatWaits_BeginsWhenTheOtherIsReady()
    {
        var seen = new Recorder();
        var options = Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta") with { WaitsFor = ["alpha"] }, Fakes.Node("gamma")).With("alpha", "FAKE_READY_AFTER", "700");
        await using var stack = await Stack.StartAsync(options, seen, Token);

        var alphaReady = seen.Index(e => e is ResourceReady { Resource: "alpha" });
        Assert.True(alphaReady >= 0);
        Assert.True(alphaReady < seen.Index(e => e is ResourceStarting { Resource: "beta" }), "beta began before alpha was ready");
        Assert.True(alphaReady > seen.Index(e => e is ResourceStarting { Resource: "gamma" }), "gamma waited though it need not");
        Assert.True(stack["alpha"].ReadyAfter > TimeSpan.FromMilliseconds(700));
        Assert.All(stack.Resources, resource => Assert.True(resource.IsRunning));
    }

    [Fact]
    public async Task Start_ANodeThatWaitsForALaterOne_IsRefused()
    {
        var options = Fakes.Options(Fakes.Node("alpha") with { WaitsFor = ["beta"] }, Fakes.Node("beta"));
        var refused = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
        Assert.Contains("alpha waits for 'beta'", refused.Message);
    }

    [Fact]
    public async Task Start_AProcessThatEnds_TellsItsCodeAndLastLinesAndStopsTheRest()
    {
        var seen = new Recorder();
        var options = Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta") with { WaitsFor = ["alpha"] }).With("beta", "FAKE_EXIT", "7");
        var failure = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, seen, Token));

        Assert.Contains("beta exited with code 7 before it was ready", failure.Message);
        Assert.Contains("fake can't go on: as told", failure.Message);
        Assert.Contains(seen.Events, e => e is ResourceStopped { Resource: "alpha" });
        Assert.DoesNotContain(seen.Events, e => e is ResourceDied);
    }

    [Fact]
    public async Task Start_AProcessThatNeverGetsReady_TellsWhatItsHealthSaid()
    {
        var options = Fakes.Options(Fakes.Node("alpha")).With("alpha", "FAKE_READY_AFTER", "-1") with { ReadyWithin = TimeSpan.FromSeconds(8) };
        var failure = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
        Assert.Contains("alpha was not ready within 8 s", failure.Message);
        Assert.Contains("answered 503", failure.Message);
        Assert.Contains("still wet", failure.Message);
    }

    [Fact]
    public async Task Start_Cancelled_StopsWhatItHadStarted()
    {
        var seen = new Recorder();
        using var cancel = new CancellationTokenSource();
        var options = Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta") with { WaitsFor = ["alpha"] }).With("beta", "FAKE_READY_AFTER", "-1");
        var start = Stack.StartAsync(options, seen, cancel.Token);
        await Fakes.EventuallyAsync(() => seen.Index(e => e is ResourceStarting { Resource: "beta" }) >= 0, () => "beta never began");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
        Assert.Contains(seen.Events, e => e is ResourceStopped { Resource: "alpha" });
    }

    [Fact]
    public async Task Start_AnAssemblyThatIsNotBuilt_TellsHowToBuildIt()
    {
        var options = Fakes.Options(new Node("ghost", "services/Ghost/Ghost.csproj"));
        var failure = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
        Assert.Contains("ghost is not built", failure.Message);
        Assert.Contains("dotnet build", failure.Message);
    }

    [Fact]
    public async Task Environment_OfAService_IsWhatAspireSets()
    {
        var pack = Directory.CreateTempSubdirectory("pack-").FullName;
        var options = Fakes.Options(Fakes.Node("alpha") with { Store = true, RefersTo = ["beta"] }, Fakes.Node("beta"), Fakes.Node(Topology.Gateway)) with { Pack = pack };
        await using var stack = await Stack.StartAsync(options, cancellationToken: Token);

        var environment = (await Http.GetFromJsonAsync<Dictionary<string, string>>(new Uri(stack["alpha"].Address, "/environment"), Token))!;
        var beta = stack["beta"].Address.ToString().TrimEnd('/');
        Assert.Equal(stack["alpha"].Address.ToString().TrimEnd('/'), environment["ASPNETCORE_URLS"]);
        Assert.Equal("Production", environment["ASPNETCORE_ENVIRONMENT"]);
        Assert.Equal(beta, environment["services__beta__http__0"]);
        Assert.Equal(beta, environment["BETA_HTTP"]);
        Assert.Equal("alpha", environment["OTEL_SERVICE_NAME"]);
        Assert.StartsWith("service.instance.id=", environment["OTEL_RESOURCE_ATTRIBUTES"]);
        Assert.Equal($"sqlite:{stack.Data}/alpha.db", environment["ConnectionStrings__alpha"]);
        Assert.Equal(stack.Gateway.ToString().TrimEnd('/'), environment["ESERVICES_PUBLIC_URL"]);
        Assert.Equal("true", environment["ESERVICES_SANDBOX"]);
        Assert.Equal(pack, environment["Pack__Path"]);
        Assert.DoesNotContain("ConnectionStrings__rabbitmq", environment.Keys);
        Assert.Equal(Path.GetDirectoryName(Fakes.Service), await Http.GetStringAsync(new Uri(stack["alpha"].Address, "/folder"), Token));
    }

    [Fact]
    public async Task Kill_ThenStart_RunsAnotherProcessOnTheSamePort()
    {
        var seen = new Recorder();
        await using var stack = await Stack.StartAsync(Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta")), seen, Token);
        var alpha = stack["alpha"];
        var (address, first) = (alpha.Address, alpha.ProcessId!.Value);

        await alpha.KillAsync();
        Assert.False(alpha.IsRunning);
        Assert.Equal(128 + ProcFs.Sigkill, alpha.ExitCode);
        Assert.Null(ProcFs.StartTime(first));
        await Assert.ThrowsAsync<HttpRequestException>(() => Http.GetAsync(new Uri(address, "/health/ready"), Token));

        await alpha.StartAsync(Token);
        Assert.Equal(address, alpha.Address);
        Assert.NotEqual(first, alpha.ProcessId);
        Assert.Equal(HttpStatusCode.OK, (await Http.GetAsync(new Uri(address, "/health/ready"), Token)).StatusCode);
        Assert.DoesNotContain(seen.Events, e => e is ResourceDied);
        await Fakes.EventuallyAsync(() => alpha.LogTail(400).Count(line => line.StartsWith("fake ", StringComparison.Ordinal)) == 2, () => string.Join('\n', alpha.LogTail()));
    }

    [Fact]
    public async Task Stop_AProcessThatIgnoresSigterm_IsKilledAfterTheDeadline()
    {
        var seen = new Recorder();
        var options = Fakes.Options(Fakes.Node("alpha")).With("alpha", "FAKE_STUBBORN", "1") with { StopWithin = TimeSpan.FromSeconds(1) };
        await using var stack = await Stack.StartAsync(options, seen, Token);
        await stack["alpha"].StopAsync();

        Assert.False(stack["alpha"].IsRunning);
        Assert.Contains(seen.Events, e => e is ResourceStopped { Resource: "alpha" } stopped && stopped.How.StartsWith("killed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AProcessThatDiesUnasked_IsReportedAndLeavesTheOthers()
    {
        var seen = new Recorder();
        await using var stack = await Stack.StartAsync(Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta")), seen, Token);
        await Assert.ThrowsAnyAsync<Exception>(() => Http.PostAsync(new Uri(stack["alpha"].Address, "/crash"), null, Token));

        await Fakes.EventuallyAsync(() => seen.Index(e => e is ResourceDied { Resource: "alpha", How: "exited with code 3" }) >= 0, () => string.Join('\n', seen.Events));
        Assert.True(stack["beta"].IsRunning);
    }

    [Fact]
    public async Task Dispose_LeavesNoProcessAndNoFolder()
    {
        var stack = await Stack.StartAsync(Fakes.Options(Fakes.Node("alpha"), Fakes.Node("beta")).With("alpha", "FAKE_CHILD", "1"), cancellationToken: Token);
        var sessions = stack.Resources.Select(resource => resource.ProcessId!.Value).Append(stack.ReaperId).ToList();
        Assert.Equal(2, ProcFs.Session(stack["alpha"].ProcessId!.Value).Count);
        Assert.True(stack["alpha"].MemoryBytes > 10_000_000);
        Assert.True(Directory.Exists(stack.Data));

        await stack.DisposeAsync();
        foreach (var session in sessions)
            await Fakes.EventuallyAsync(() => ProcFs.Session(session).Count == 0, () => $"left behind: {string.Join(", ", ProcFs.Session(session))}");
        Assert.False(Directory.Exists(stack.Data));
    }

    [Fact]
    public async Task Start_GatewayPortTaken_NamesThePortAndTheOption()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        var failure = await Assert.ThrowsAsync<StackException>(
            () => Stack.StartAsync(Fakes.Options(Fakes.Node(Topology.Gateway)) with { GatewayPort = port }, cancellationToken: Token));
        Assert.Contains($"Port {port} of gateway is in use", failure.Message);
        Assert.Contains("--gateway-port", failure.Message);
    }

    [Fact]
    public async Task Start_ADataFolderInUse_IsRefusedUntilTheOtherEnds()
    {
        var data = Directory.CreateTempSubdirectory("eservices-test-").FullName;
        var options = Fakes.Options(Fakes.Node("alpha")) with { Data = data };
        await using (await Stack.StartAsync(options, cancellationToken: Token))
        {
            var refused = await Assert.ThrowsAsync<StackException>(() => Stack.StartAsync(options, cancellationToken: Token));
            Assert.Contains($"{data} is in use by another run (process {Environment.ProcessId})", refused.Message);
            Assert.Contains("--data", refused.Message);
        }
        await using (await Stack.StartAsync(options, cancellationToken: Token))
            Assert.True(Directory.Exists(data));
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public async Task Start_APackThatIsNotThere_IsRefused()
    {
        var refused = await Assert.ThrowsAsync<StackException>(
            () => Stack.StartAsync(Fakes.Options(Fakes.Node("alpha")) with { Pack = "/nowhere/pack" }, cancellationToken: Token));
        Assert.Contains("no pack at /nowhere/pack", refused.Message);
    }
}
