using System.Diagnostics;
using EServices.Local.Processes;

namespace EServices.Faults.Tests.Files;

/// <summary>A small disk of its own, in memory, that can be filled to the last byte and emptied again. Only root may have one.</summary>
internal sealed class FullDisk : IAsyncDisposable
{
    private const int Block = 1 << 16;

    private FullDisk(string path) => Path = path;

    public string Path { get; }

    private string Filler => System.IO.Path.Combine(Path, "filler");

    /// <summary>Mounts it; null where that is not allowed, with the reason.</summary>
    public static async Task<(FullDisk? Disk, string? WhyNot)> MountAsync(string path, int megabytes)
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
            return (null, "a file system can be mounted by root on Linux only");
        Directory.CreateDirectory(path);
        var failure = await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m,mode=0700", "eservices-faults", path);
        return failure is null ? (new FullDisk(path), null) : (null, failure);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = Block; size > 0;)
        {
            try
            {
                filler.Write(new byte[size]);
            }
            catch (IOException)
            {
                size /= 2;
            }
        }
    }

    public void Empty() => File.Delete(Filler);

    public long Free => new DriveInfo(Path).AvailableFreeSpace;

    public async ValueTask DisposeAsync()
    {
        if (await RunAsync("umount", Path) is not null)
            await RunAsync("umount", "--lazy", Path);
    }

    private static async Task<string?> RunAsync(string program, params string[] arguments)
    {
        if (Tools.Find(program) is not { } found)
            return $"there is no {program}";
        using var process = Process.Start(new ProcessStartInfo(found, arguments) { RedirectStandardError = true })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? null : $"{program} ended with {process.ExitCode}: {errors.Trim()}";
    }
}
