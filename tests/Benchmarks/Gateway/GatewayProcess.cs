using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace EServices.Benchmarks.Gateway;

/// <summary>The gateway as it is built, in a process of its own, so that its processor time is its own.</summary>
internal sealed class GatewayProcess : IDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);
    private static readonly string[] Services = ["identity", "catalogue", "payment", "application", "dispatch", "notification"];

    private readonly Process process;

    private GatewayProcess(Process process, IPEndPoint address) => (this.process, Address) = (process, address);

    public IPEndPoint Address { get; }

    public TimeSpan Cpu
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    public static string Repository { get; } = FindRepository();

    /// <exception cref="InvalidOperationException">It is not built, ended, or did not answer in time.</exception>
    public static async Task<GatewayProcess> StartAsync(Uri services, CancellationToken cancellationToken)
    {
        var built = Path.Combine(Repository, "gateway", "bin", "Release", "net10.0", "EServices.Gateway.dll");
        if (!File.Exists(built))
            throw new InvalidOperationException($"{built} is not there: build the gateway with -c Release first.");
        var address = new IPEndPoint(IPAddress.Loopback, FreePort());
        var start = new ProcessStartInfo("dotnet", [built]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Path.GetDirectoryName(built)! };
        foreach (var service in Services)
            start.Environment[$"services__{service}__http__0"] = services.ToString();
        start.Environment["ASPNETCORE_URLS"] = $"http://{address}";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["ESERVICES_SANDBOX"] = "false";
        start.Environment["ESERVICES_PUBLIC_URL"] = $"http://{address}";
        start.Environment["Gateway__Limits__Factor"] = "0";
        start.Environment["Logging__LogLevel__Default"] = "Warning";
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => { if (line.Data is { } text) Console.Error.WriteLine(text); };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var gateway = new GatewayProcess(process, address);
        try
        {
            await gateway.AnswersAsync(cancellationToken);
            return gateway;
        }
        catch
        {
            gateway.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit((int)StartWithin.TotalMilliseconds);
        }
        process.Dispose();
    }

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        var watch = Stopwatch.StartNew();
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        while (watch.Elapsed < StartWithin)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"The gateway ended with {process.ExitCode}.");
            try
            {
                using var answer = await http.GetAsync($"http://{Address}{Backend.Page}", cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (Exception early) when (early is HttpRequestException || (early is TaskCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // Not listening yet, or too busy starting to answer.
            }
            await Task.Delay(100, cancellationToken);
        }
        throw new InvalidOperationException($"The gateway did not answer within {StartWithin.TotalSeconds} s.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EServices.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No EServices.sln above {AppContext.BaseDirectory}.");
    }
}
